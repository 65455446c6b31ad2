package h2eal.lab.figure;

import h2eal.lab.report.Chart;
import h2eal.lab.report.Report;
import h2eal.lab.report.Report.Figure;
import h2eal.lab.report.Report.Section;
import h2eal.lab.reproduce.Evaluation;
import h2eal.lab.reproduce.Evaluation.Passing;
import h2eal.lab.reproduce.Evaluation.Place;
import h2eal.lab.reproduce.PaperNumber.Quantity;
import h2eal.lab.reproduce.SpeedUp;
import h2eal.lab.result.CsvTable;
import h2eal.lab.result.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The report of `h2eal reproduce`. Every number in it is simulated or the paper's.
public final class ReproduceReport {

    private ReproduceReport() {}

    /// Tables and charts of an evaluation.
    public static Report of(Evaluation evaluation) {
        return new Report(
                "H2EAL: the paper's evaluation, reproduced",
                "arXiv 2508.16653 reports 5.20-48.21x speed and 6.22-73.48x energy efficiency over a baseline"
                        + " hybrid-bonding implementation. Its parameters are not public; what stands here are simulations with"
                        + " parameters that name their own sources, over three dense baselines.",
                List.of(
                        new Section(
                                "The paper's numbers and ours",
                                "Ours: extremes over all models and contexts against hb-head with the default setting. Nothing"
                                        + " was chosen to match.",
                                List.of(
                                        paper(evaluation),
                                        ideal(evaluation),
                                        passing(evaluation),
                                        landings(evaluation))),
                        new Section(
                                "Speed and energy over context, attention alone",
                                "One chart per baseline; each line is a model with its trained head gates.",
                                overContext(evaluation, Scope.ATTENTION)),
                        new Section(
                                "Speed and energy over context, whole step",
                                "Weights are read in every step, whatever attention does.",
                                overContext(evaluation, Scope.END_TO_END)),
                        new Section(
                                "What each idea adds",
                                "The ladder from dense attention to h2eal; each step adds one idea to the one before.",
                                EvaluationFigures.ladders(evaluation.ladder())),
                        new Section(
                                "One number at a time",
                                "What page size, budget, streaming share, refresh interval, placement, mesh and bank bandwidth do"
                                        + " to the time of attention.",
                                SweepFigures.of(evaluation)),
                        new Section(
                                "How far from the hardware's bound",
                                "Cycles of attention over the roofline, the larger of bytes / peak bandwidth and MACs / peak rate."
                                        + " 1 is perfect.",
                                EvaluationFigures.rooflines(evaluation))));
    }

    private static Figure paper(Evaluation evaluation) {
        return new Figure(
                "paper",
                "Paper, ours, difference",
                "Attention alone and whole step.",
                new Chart.Rows(new CsvTable(
                        List.of("number", "scope", "paper", "ours", "difference", "reason"),
                        evaluation.paper().stream()
                                .map(row -> List.of(
                                        row.number(),
                                        EvaluationFigures.words(row.scope()),
                                        Chart.number(row.paper()),
                                        Chart.number(row.ours()),
                                        String.format(Locale.ROOT, "%+.0f %%", 100 * row.difference()),
                                        row.reason()))
                                .toList())));
    }

    private static Figure ideal(Evaluation evaluation) {
        return new Figure(
                "ideal",
                "What is reached of the ideal",
                "Attention alone over hb-tiled, the strongest dense baseline: speed-up, and the ratio of cache bytes that it would"
                        + " be if time were all traffic.",
                new Chart.Rows(new CsvTable(
                        List.of("model", "context", "speed-up", "byte ratio", "of ideal"),
                        evaluation.rows().stream()
                                .filter(row -> row.system().equals("h2eal")
                                        && row.baseline().equals("hb-tiled")
                                        && row.scope() == Scope.ATTENTION)
                                .map(row -> List.of(
                                        row.model(),
                                        EvaluationFigures.context(row.context()),
                                        Chart.number(row.speedup()),
                                        Chart.number(row.byteRatio()),
                                        String.format(Locale.ROOT, "%.0f %%", 100 * row.idealShare())))
                                .toList())));
    }

    private static Figure passing(Evaluation evaluation) {
        return new Figure(
                "passing",
                "Settings that pass both of the paper's highest numbers over hb-tiled",
                "Attention alone; contexts interpolated between simulated ones. Accuracy is what LServe (arXiv 2502.14866) measured of the"
                        + " same sizes, or what experiments/accuracy-headline did with the small model that is shipped; larger models"
                        + " are not evaluated here.",
                new Chart.Rows(new CsvTable(
                        List.of("model", "setting", "48.21x speed from", "73.48x energy from", "known accuracy"),
                        evaluation.strongest().passing().stream()
                                .map(row -> List.of(
                                        row.model(),
                                        row.setting(),
                                        tokens(row.speedContext()),
                                        tokens(row.energyContext()),
                                        accuracy(row)))
                                .toList())));
    }

    private static String tokens(double context) {
        return String.format(Locale.ROOT, "%.0fK", context / 1024);
    }

    private static String accuracy(Passing setting) {
        return setting.accuracy().isEmpty()
                ? "none known"
                : setting.accuracy().stream()
                        .map(row -> String.format(
                                Locale.ROOT,
                                "%s, %s, %s: %.1f to %.1f (%+.2f %%)",
                                row.source(),
                                row.model(),
                                row.benchmark(),
                                row.dense(),
                                row.sparse(),
                                -100 * row.drop()))
                        .collect(Collectors.joining("; "));
    }

    private static Figure landings(Evaluation evaluation) {
        Stream<String> numbers = evaluation.landings().stream()
                .limit(1)
                .flatMap(landing -> landing.places().stream())
                .map(place -> "%s, %sx".formatted(place.number(), place.paper()));
        return new Figure(
                "landings",
                "Context at which a setting reaches a number of the paper",
                "Attention alone; interpolated between simulated contexts.",
                new Chart.Rows(new CsvTable(
                        Stream.concat(Stream.of("model", "baseline", "setting"), numbers)
                                .toList(),
                        evaluation.landings().stream()
                                .map(landing -> Stream.concat(
                                                Stream.of(landing.model(), landing.baseline(), landing.setting()),
                                                landing.places().stream().map(ReproduceReport::context))
                                        .toList())
                                .toList())));
    }

    private static String context(Place place) {
        return switch (place.reach()) {
            case ALWAYS -> "every one";
            case AT -> tokens(place.contextTokens().orElseThrow());
            case NEVER -> "none";
        };
    }

    private static List<Figure> overContext(Evaluation evaluation, Scope scope) {
        List<SpeedUp> rows = evaluation.rows().stream()
                .filter(row -> row.system().equals("h2eal") && row.scope() == scope)
                .toList();
        List<Figure> figures = new ArrayList<>();
        for (Quantity quantity : Quantity.values()) {
            for (String baseline :
                    rows.stream().map(SpeedUp::baseline).distinct().toList()) {
                figures.add(EvaluationFigures.overContext(
                        rows.stream()
                                .filter(row -> row.baseline().equals(baseline))
                                .toList(),
                        baseline,
                        scope,
                        quantity));
            }
        }
        return figures;
    }
}
