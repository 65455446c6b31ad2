package h2eal.cli.experiment;

import h2eal.cli.console.Console;
import h2eal.cli.console.Interruption;
import h2eal.cli.console.JsonOption;
import h2eal.lab.cache.ResultCache;
import h2eal.lab.design.DesignPoints;
import h2eal.lab.experiment.Experiment;
import h2eal.lab.experiment.ExperimentFolders;
import h2eal.lab.figure.ReproduceReport;
import h2eal.lab.report.ReportFile;
import h2eal.lab.reproduce.Evaluation;
import h2eal.lab.reproduce.Reproduction;
import h2eal.lab.result.JsonFile;
import h2eal.lab.result.ResultTable;
import h2eal.lab.spec.Presets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `h2eal reproduce`: the paper's evaluation.
@Command(
        name = "reproduce",
        description = "Reproduces the paper's evaluation: speed-up and energy over three dense baselines, beside the"
                + " paper's numbers.")
public final class ReproduceCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "One model and a few contexts, under a minute.")
    private boolean quick;

    @Mixin
    private RunOption run;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        json.check();
        Path file = run.folder().folder().resolve("reproduce.json");
        ReportFile report = new ReportFile(run.folder().folder().resolve("reproduce.html"));
        run.folder().prepare(Reproduction.EXPERIMENTS);
        JsonFile.requireWritable(file);
        report.prepare();
        Console console = Console.of(spec);
        Evaluation evaluation = Reproduction.evaluate(tables(console));
        EvaluationText.print(console, evaluation);
        JsonFile.write(file, evaluation);
        console.print("%nevery number: %s, and one CSV per experiment beside it".formatted(file));
        report.write(ReproduceReport.of(evaluation));
        console.print("report with charts: %s".formatted(report.html()));
        json.write(evaluation);
        return 0;
    }

    private Map<String, ResultTable> tables(Console console) throws IOException {
        Presets presets = Presets.installed();
        ExperimentFolders folders = ExperimentFolders.of(presets);
        List<Experiment> experiments = new ArrayList<>();
        // All specs are read before any point runs, so that a mistake in the last costs nothing.
        for (String name : Reproduction.EXPERIMENTS) {
            experiments.add(Experiment.read(
                    folders.named(name), Reproduction.restriction(name, quick), new DesignPoints(presets)));
        }
        Map<String, ResultTable> tables = new LinkedHashMap<>();
        try (Interruption interruption = Interruption.listen();
                ResultCache cache = run.folder().cache()) {
            for (Experiment experiment : experiments) {
                ResultTable table = run.run(console, experiment, cache, interruption);
                run.folder().write(table);
                tables.put(experiment.name(), table);
            }
        }
        return tables;
    }
}
