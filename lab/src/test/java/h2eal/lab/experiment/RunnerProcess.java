package h2eal.lab.experiment;

import h2eal.lab.cache.ResultCache;
import h2eal.lab.design.DesignPoints;
import h2eal.lab.result.SimulationResult;
import h2eal.lab.spec.Presets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// A process that runs an experiment as `h2eal run` does, with points that take a while and cost nothing. Arguments:
/// folder of the experiment, folder of results, file that gets a line per point it starts to measure.
final class RunnerProcess {

    private static final int MILLISECONDS_PER_POINT = 20;

    private RunnerProcess() {}

    public static void main(String[] arguments) throws IOException {
        Path log = Path.of(arguments[2]);
        Experiment experiment =
                Experiment.read(Path.of(arguments[0]), Optional.empty(), new DesignPoints(Presets.installed()));
        ResultFolder results = new ResultFolder(Path.of(arguments[1]));
        results.prepare(List.of(experiment.name()));
        try (ResultCache cache = results.cache()) {
            ExperimentRunner<SimulationResult> runner =
                    new ExperimentRunner<>(cache, 2, SimulationResult.class, point -> {
                        int context = point.workload().contextTokens();
                        started(log, context);
                        pause();
                        return Results.of(context);
                    });
            results.write(experiment.table(runner.run(experiment, new Unwatched())));
        } catch (IOException failure) {
            System.err.println(failure.getMessage());
            System.exit(1);
        }
    }

    private static synchronized void started(Path log, int context) {
        try {
            Files.writeString(log, context + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException full) {
            throw new IllegalStateException(full);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(MILLISECONDS_PER_POINT);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
