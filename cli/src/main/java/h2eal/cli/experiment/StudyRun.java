package h2eal.cli.experiment;

import h2eal.cli.console.Console;
import h2eal.cli.console.Interruption;
import h2eal.cli.console.JsonOption;
import h2eal.cli.console.Table;
import h2eal.lab.cache.ResultCache;
import h2eal.lab.eval.study.Study;
import h2eal.lab.eval.study.StudyReport;
import h2eal.lab.eval.study.StudyRow;
import h2eal.lab.eval.study.StudySpec;
import h2eal.lab.eval.study.StudyTable;
import h2eal.lab.report.ReportFile;
import h2eal.lab.result.CsvTable;
import h2eal.lab.result.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A study of accuracy under `h2eal run`: what it prints, writes and compares.
final class StudyRun {

    private StudyRun() {}

    /// Runs a study; the exit code.
    static int of(Console console, StudySpec spec, RunOption run, boolean accept, JsonOption json) throws IOException {
        Path folder = run.folder().folder();
        ReportFile report = new ReportFile(folder.resolve(spec.name() + ".html"));
        report.prepare();
        Study study;
        try (Interruption interruption = Interruption.listen();
                ResultCache cache = run.folder().cache()) {
            study = run.watched(
                    console,
                    interruption,
                    spec.name(),
                    Study.trials(spec),
                    watcher -> Study.of(spec, run.threads(), cache, watcher));
        }
        console.print(text(study).text());
        Path csv = folder.resolve(spec.name() + ".csv");
        WholeFile.write(csv, StudyTable.csv(study).text());
        report.write(StudyReport.of(study));
        console.print("%n%d rows in %s, charts in %s".formatted(study.rows().size(), csv, report.html()));
        json.write(study.evaluation());
        if (accept) {
            WholeFile.write(spec.expected(), StudyTable.recorded(study).text());
            console.print("accepted as " + spec.expected());
            return 0;
        }
        return verdict(console, study);
    }

    private static int verdict(Console console, Study study) throws IOException {
        Path file = study.spec().expected();
        if (!Files.isRegularFile(file)) {
            console.print("no %s to compare with".formatted(file));
            return 0;
        }
        CsvTable expected = CsvTable.parse(Files.readAllLines(file));
        List<String> wrong = StudyTable.differences(study, expected).stream()
                .map(StudyTable.Difference::line)
                .toList();
        return RunCommand.verdict(console, expected.rows().size(), wrong, file);
    }

    private static Table text(Study study) {
        List<List<String>> rows = new ArrayList<>();
        for (StudyRow row : study.rows()) {
            rows.add(List.of(
                    row.attention().name(),
                    row.byteTarget(),
                    "%.2fx".formatted(row.score().byteFactor()),
                    "%.1f".formatted(100 * row.score().dense()),
                    "%.1f".formatted(100 * row.score().sparse()),
                    "%+.2f [%+.2f %+.2f]"
                            .formatted(
                                    100 * row.score().difference().mean(),
                                    100 * row.score().difference().low(),
                                    100 * row.score().difference().high()),
                    "%+.1f".formatted(row.metrics().get("worstTaskPoints")),
                    "%.3f".formatted(row.score().sparseNll()),
                    "%.4f".formatted(row.score().klToDense()),
                    row.cost().map(cost -> "%.2fx".formatted(cost.speedUp())).orElse(""),
                    row.cost().map(cost -> "%.2fx".formatted(cost.energyGain())).orElse("")));
        }
        return new Table(
                List.of(
                        "attention",
                        "bytes",
                        "measured",
                        "dense",
                        "score",
                        "difference",
                        "worst task",
                        "nats",
                        "KL",
                        "speed (sim)",
                        "energy (sim)"),
                rows);
    }
}
