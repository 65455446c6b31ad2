package h2eal.cli.experiment;

import h2eal.cli.console.Console;
import h2eal.cli.console.Interruption;
import h2eal.cli.console.Progress;
import h2eal.lab.cache.ResultCache;
import h2eal.lab.cache.Watcher;
import h2eal.lab.experiment.Experiment;
import h2eal.lab.experiment.ExperimentRunner;
import h2eal.lab.experiment.ResultFolder;
import h2eal.lab.result.ResultTable;
import h2eal.lab.result.SimulationResult;
import h2eal.lab.simulate.AttentionResult;
import h2eal.lab.simulate.AttentionSweep;
import h2eal.lab.simulate.Simulation;
import h2eal.sim.dram.EngineKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Option;

/// The flags that every command with experiments has, and how it runs them.
final class RunOption {

    @Option(
            names = "--out",
            defaultValue = "results",
            paramLabel = "FOLDER",
            description = "Where CSV, JSON and the cache of finished points go (default results).")
    private Path out;

    @Option(
            names = "--threads",
            defaultValue = "2",
            paramLabel = "N",
            description = "Points that run at the same time (default 2).")
    private int threads;

    @Option(names = "--fresh", description = "Compute every point anew, whatever the cache holds.")
    private boolean fresh;

    /// The folder of results.
    ResultFolder folder() {
        return new ResultFolder(out);
    }

    /// Simulates whole steps of an experiment, with progress; Ctrl-C keeps what is finished.
    ResultTable run(Console console, Experiment experiment, ResultCache cache, Interruption interruption)
            throws IOException {
        Simulation simulation = new Simulation(EngineKind.BURST);
        return experiment.table(run(
                new ExperimentRunner<>(cache, threads(), SimulationResult.class, simulation::runFitting),
                console,
                experiment,
                interruption));
    }

    /// Simulates the attention of an experiment's points.
    List<AttentionResult.Row> sweep(
            Console console, Experiment experiment, ResultCache cache, Interruption interruption) throws IOException {
        AttentionSweep sweep = new AttentionSweep(EngineKind.BURST);
        return experiment.rows(run(
                new ExperimentRunner<>(cache, threads(), AttentionResult.class, sweep::run),
                console,
                experiment,
                interruption));
    }

    /// Whether the cache is not asked.
    boolean isFresh() {
        return fresh;
    }

    int threads() {
        return Math.max(1, threads);
    }

    private <R> List<R> run(
            ExperimentRunner<R> runner, Console console, Experiment experiment, Interruption interruption)
            throws IOException {
        return watched(
                console,
                interruption,
                experiment.name(),
                experiment.points().size(),
                watcher -> runner.run(experiment, watcher));
    }

    /// What a watched run computes.
    interface Watched<R> {
        R run(Watcher watcher) throws IOException;
    }

    /// Runs something of `pieces` pieces with progress; Ctrl-C ends it and says that what is finished is kept.
    <R> R watched(Console console, Interruption interruption, String name, int pieces, Watched<R> work)
            throws IOException {
        AtomicInteger finished = new AtomicInteger();
        try (Progress progress = Progress.of(console, name, pieces)) {
            return work.run(new Watcher() {
                @Override
                public void done(int done) {
                    finished.set(done);
                    progress.at(done);
                }

                @Override
                public boolean stopped() {
                    return interruption.requested();
                }

                @Override
                public boolean ignoresCache() {
                    return fresh;
                }
            });
        } catch (CancellationException stopped) {
            console.note("%s: stopped after %d of %d; these are kept in %s, and the same command goes on from there"
                    .formatted(name, finished.get(), pieces, out));
            throw stopped;
        }
    }
}
