package h2eal.lab.eval.study;

import h2eal.lab.report.Chart;
import h2eal.lab.report.Chart.Series;
import h2eal.lab.report.Report;
import h2eal.lab.report.Report.Figure;
import h2eal.lab.report.Report.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// The report of a study of accuracy: the frontier of score against bytes, and what each task loses.
public final class StudyReport {

    private StudyReport() {}

    /// Charts and tables of a study.
    public static Report of(Study study) {
        List<Section> sections = new ArrayList<>();
        sections.add(new Section(
                "Accuracy against bytes",
                "Scores are measured on this CPU, every attention on the same trials. Bytes are those of keys, values and key"
                        + " summaries that a decode step reads; what an attention may spend was chosen so that it reads as many as"
                        + " the others, where a factor is named.",
                frontier(study)));
        if (study.rows().stream().allMatch(row -> row.cost().isPresent())) {
            sections.add(new Section(
                    "Accuracy against simulated time and energy",
                    "Simulated on %s: attention of one mean decode step, driven by what the model read, over dense attention"
                                    .formatted(study.spec().hardware().orElseThrow())
                            + " split over all tiles (hb-tiled) on the same contexts. Nothing here was timed on a CPU.",
                    List.of(
                            figure(
                                    study,
                                    "speed",
                                    "Speed-up of attention",
                                    "x",
                                    row -> row.cost().orElseThrow().speedUp()),
                            figure(
                                    study,
                                    "energy",
                                    "Energy gain of attention",
                                    "x",
                                    row -> row.cost().orElseThrow().energyGain()))));
        }
        sections.add(new Section(
                "Every number",
                "Differences in points with 95 % intervals of a paired bootstrap over contexts.",
                List.of(new Figure(
                        "rows", "All rows", "One line per attention.", new Chart.Rows(StudyTable.csv(study))))));
        return new Report(
                "Study of accuracy: " + study.spec().name(),
                String.format(
                        Locale.ROOT,
                        "%s, %d tokens of context, %d tasks, %d trials each, seed %d.",
                        study.evaluation().model(),
                        study.evaluation().contextTokens(),
                        study.spec().suite().tasks().size(),
                        study.evaluation().trials(),
                        study.evaluation().seed()),
                sections);
    }

    private static List<Figure> frontier(Study study) {
        return List.of(
                figure(
                        study,
                        "score",
                        "Score, in % (dense: " + dense(study) + ")",
                        "%",
                        row -> 100 * row.score().sparse()),
                figure(
                        study,
                        "nats",
                        "Loss of the reference answers",
                        "nats per token",
                        row -> row.score().sparseNll()),
                figure(
                        study,
                        "divergence",
                        "Distance from dense attention",
                        "nats per token",
                        row -> row.score().klToDense()));
    }

    private static String dense(Study study) {
        return String.format(
                Locale.ROOT, "%.1f", 100 * study.rows().getFirst().score().dense());
    }

    /// One line per attention over byte factors, or bars if there is but one factor.
    private static Figure figure(Study study, String id, String title, String unit, ToDoubleFunction<StudyRow> value) {
        List<String> targets =
                study.rows().stream().map(StudyRow::byteTarget).distinct().toList();
        List<String> names = study.rows().stream()
                .map(row -> row.attention().name())
                .distinct()
                .toList();
        Chart chart = targets.size() == 1
                ? new Chart.Bars(
                        "attention",
                        names,
                        List.of(new Series(title, values(study, targets.getFirst(), value))),
                        unit,
                        false)
                : new Chart.Lines(
                        "fewer bytes than dense",
                        targets,
                        names.stream()
                                .map(name -> new Series(
                                        name,
                                        study.rows().stream()
                                                .filter(row ->
                                                        row.attention().name().equals(name))
                                                .map(value::applyAsDouble)
                                                .toList()))
                                .toList(),
                        unit);
        return new Figure(id, title, "Of the trials named above.", chart);
    }

    private static List<Double> values(Study study, String target, ToDoubleFunction<StudyRow> value) {
        return study.rows().stream()
                .filter(row -> row.byteTarget().equals(target))
                .map(value::applyAsDouble)
                .toList();
    }
}
