package h2eal.cli.experiment;

import h2eal.cli.console.Console;
import h2eal.cli.console.Interruption;
import h2eal.cli.console.JsonOption;
import h2eal.cli.console.Table;
import h2eal.lab.cache.ResultCache;
import h2eal.lab.design.DesignPoints;
import h2eal.lab.eval.study.StudySpec;
import h2eal.lab.experiment.Expectation.Check;
import h2eal.lab.experiment.Experiment;
import h2eal.lab.experiment.ExperimentFolders;
import h2eal.lab.experiment.ResultFolder;
import h2eal.lab.result.JsonFile;
import h2eal.lab.result.ResultRow;
import h2eal.lab.result.ResultTable;
import h2eal.lab.simulate.AttentionResult;
import h2eal.lab.spec.Presets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `h2eal run`: all points of an experiment, beside what is expected.
@Command(name = "run", description = "Runs an experiment: all points of its spec, compared with its expected.csv.")
public final class RunCommand implements Callable<Integer> {

    private static final int MOST_MESSAGES = 10;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "EXPERIMENT",
            description = "Folder with a spec.yaml, such as experiments/placement, or its name.")
    private String experiment;

    @Mixin
    private RunOption run;

    @Option(names = "--accept", description = "Make this run's results the experiment's expected.csv.")
    private boolean accept;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        json.check();
        Console console = Console.of(spec);
        Presets presets = Presets.installed();
        Path folder = ExperimentFolders.of(presets).named(experiment);
        if (StudySpec.isIn(folder)) {
            return StudyRun.of(console, StudySpec.read(folder, presets), run, accept, json);
        }
        Experiment study = Experiment.read(folder, Optional.empty(), new DesignPoints(presets));
        run.folder().prepare(List.of(study.name()));
        if (accept) {
            JsonFile.requireWritable(study.expected());
        }
        return switch (study.scope()) {
            case ATTENTION -> sweep(console, study);
            case END_TO_END -> whole(console, study);
        };
    }

    /// A sweep over attention alone says how fast it went: it is there to be fast.
    private int sweep(Console console, Experiment study) throws IOException {
        if (accept) {
            throw new ParameterException(
                    spec.commandLine(), "--accept: only whole steps are compared with expectations");
        }
        long start = System.nanoTime();
        List<AttentionResult.Row> rows;
        int computed;
        try (Interruption interruption = Interruption.listen();
                ResultCache cache = run.folder().cache()) {
            int known = cache.size();
            rows = run.sweep(console, study, cache, interruption);
            computed = run.isFresh() ? rows.size() : cache.size() - known;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        run.folder().write(study.name(), rows);
        console.print(fastest(rows).text());
        console.print("%n%d points in %s".formatted(rows.size(), run.folder().csv(study.name())));
        console.print(
                computed == 0
                        ? "all computed before"
                        : "%d computed now, %.0f per second on %d threads"
                                .formatted(computed, computed / seconds, run.threads()));
        json.write(rows);
        return 0;
    }

    private static Table fastest(List<AttentionResult.Row> rows) {
        List<String> header = new ArrayList<>(rows.getFirst().coordinates().keySet());
        header.addAll(List.of("attention cycles", "uJ", "of roofline"));
        return new Table(
                header,
                rows.stream()
                        .sorted(Comparator.comparingDouble(row -> row.result().nanoseconds()))
                        .limit(MOST_MESSAGES)
                        .map(RunCommand::cells)
                        .toList());
    }

    private static List<String> cells(AttentionResult.Row row) {
        List<String> cells = new ArrayList<>(row.coordinates().values());
        cells.add("%.0f".formatted(row.result().cycles()));
        cells.add("%.1f".formatted(row.result().picojoules() / 1e6));
        cells.add("%.1f %%"
                .formatted(100 * row.result().rooflineCycles() / row.result().cycles()));
        return cells;
    }

    private int whole(Console console, Experiment study) throws IOException {
        ResultTable table;
        try (Interruption interruption = Interruption.listen();
                ResultCache cache = run.folder().cache()) {
            if (cache.damagedLines() > 0) {
                console.note("%d damaged lines in the cache: their points are computed again"
                        .formatted(cache.damagedLines()));
            }
            table = run.run(console, study, cache, interruption);
        }
        run.folder().write(table);
        console.print(text(table).text());
        console.print(
                "%n%d points in %s".formatted(table.rows().size(), run.folder().csv(table.experiment())));
        json.write(table);
        if (accept) {
            ResultFolder.accept(study, table);
            console.print("accepted as " + study.expected());
            return 0;
        }
        return verdict(console, study, ResultFolder.check(study, table, true));
    }

    private static int verdict(Console console, Experiment study, Optional<List<Check>> checks) {
        if (checks.isEmpty()) {
            console.print("no %s to compare with".formatted(study.expected()));
            return 0;
        }
        List<String> wrong = checks.get().stream()
                .filter(check -> !check.holds())
                .map(Check::line)
                .toList();
        return verdict(console, checks.get().size(), wrong, study.expected());
    }

    /// Says how many of `values` expected values are not met, and prints the first; the exit code.
    ///
    /// @param wrong a line for each
    static int verdict(Console console, int values, List<String> wrong, Path expected) {
        if (wrong.isEmpty()) {
            console.print("%d values as expected".formatted(values));
            return 0;
        }
        wrong.stream().limit(MOST_MESSAGES).forEach(line -> console.note("h2eal run: " + line));
        console.note("h2eal run: %d of %d values differ from %s".formatted(wrong.size(), values, expected));
        return 1;
    }

    private static Table text(ResultTable table) {
        List<String> header = new ArrayList<>(table.axes());
        if (header.isEmpty()) {
            header.add("point");
        }
        header.addAll(List.of("attention cycles", "uJ", "of peak", "end-to-end cycles", "uJ", "schedule gap"));
        List<List<String>> rows = new ArrayList<>();
        for (ResultRow row : table.rows()) {
            List<String> cells = new ArrayList<>();
            table.axes().forEach(axis -> cells.add(row.at(axis)));
            if (cells.isEmpty()) {
                cells.add(table.experiment());
            }
            cells.add(Long.toString(row.result().attention().cycles()));
            cells.add(
                    "%.1f".formatted(row.result().attention().energyPicojoules().total() / 1e6));
            cells.add("%.1f %%".formatted(100 * row.result().attention().bandwidthShare()));
            cells.add(Long.toString(row.result().endToEnd().cycles()));
            cells.add(
                    "%.1f".formatted(row.result().endToEnd().energyPicojoules().total() / 1e6));
            cells.add("%.2f %%".formatted(100 * row.result().schedule().gap()));
            rows.add(cells);
        }
        return new Table(header, rows);
    }
}
