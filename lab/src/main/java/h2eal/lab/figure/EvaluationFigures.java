package h2eal.lab.figure;

import h2eal.lab.report.Chart;
import h2eal.lab.report.Chart.Lines;
import h2eal.lab.report.Chart.Series;
import h2eal.lab.report.Chart.Spans;
import h2eal.lab.report.Chart.Spans.Span;
import h2eal.lab.report.Report.Figure;
import h2eal.lab.reproduce.Evaluation;
import h2eal.lab.reproduce.Evaluation.LadderStep;
import h2eal.lab.reproduce.PaperNumber.Quantity;
import h2eal.lab.reproduce.SpeedUp;
import h2eal.lab.result.ResultRow;
import h2eal.lab.result.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// Charts of the paper's evaluation.
final class EvaluationFigures {

    private static final String BASELINES = "paper-speedup";

    private static final double NANOSECONDS_PER_MICROSECOND = 1e3;

    private EvaluationFigures() {}

    /// One line per model.
    static Figure overContext(List<SpeedUp> rows, String baseline, Scope scope, Quantity quantity) {
        String what = quantity == Quantity.SPEED ? "Speed-up" : "Energy efficiency";
        return new Figure(
                id(what, baseline, words(scope)),
                "%s over %s, %s".formatted(what, baseline, words(scope)),
                quantity == Quantity.SPEED
                        ? "Time of the baseline over time of h2eal."
                        : "Energy of the baseline over energy of h2eal, per token.",
                lines(rows, SpeedUp::context, SpeedUp::model, row -> row.ratio(quantity), "times"));
    }

    /// One chart per model and context.
    static List<Figure> ladders(List<LadderStep> steps) {
        return steps.stream()
                .collect(Collectors.groupingBy(
                        step -> "%s, %s".formatted(step.model(), context(step.context())),
                        LinkedHashMap::new,
                        Collectors.toList()))
                .entrySet()
                .stream()
                .map(ladder -> ladder(ladder.getKey(), ladder.getValue()))
                .toList();
    }

    /// Each step is a bar from the time before it to the time after it.
    private static Figure ladder(String name, List<LadderStep> steps) {
        List<LadderStep> attention = scoped(steps, Scope.ATTENTION);
        List<Span> spans = new ArrayList<>();
        for (int row = 0; row < attention.size(); row++) {
            LadderStep before = attention.get(Math.max(0, row - 1));
            spans.add(new Span(
                    row,
                    row == 0 ? "start" : attention.get(row).gain() >= 1 ? "saved" : "lost",
                    row == 0 ? microseconds(attention.getLast()) / 2 : microseconds(attention.get(row)),
                    microseconds(before),
                    row == 0
                            ? Chart.number(microseconds(before)) + " us"
                            : String.format(
                                    Locale.ROOT, "%.2fx", attention.get(row).gain())));
        }
        return new Figure(
                id("ladder", name),
                "Time of attention, idea by idea: " + name,
                "Each bar is what one idea takes off the time that the ones above left; equal lengths are equal factors."
                        + " In all %.1fx for attention, %.2fx for the whole step."
                                .formatted(
                                        attention.getLast().speedup(),
                                        scoped(steps, Scope.END_TO_END)
                                                .getLast()
                                                .speedup()),
                new Spans("step", attention.stream().map(LadderStep::step).toList(), spans, "microseconds", true));
    }

    private static double microseconds(LadderStep step) {
        return step.nanoseconds() / NANOSECONDS_PER_MICROSECOND;
    }

    private static List<LadderStep> scoped(List<LadderStep> steps, Scope scope) {
        return steps.stream().filter(step -> step.scope() == scope).toList();
    }

    /// One chart per model, one line per system.
    static List<Figure> rooflines(Evaluation evaluation) {
        Map<String, List<ResultRow>> models = evaluation.sweeps().stream()
                .filter(table -> table.experiment().equals(BASELINES))
                .flatMap(table -> table.rows().stream())
                .collect(Collectors.groupingBy(row -> row.at("model"), LinkedHashMap::new, Collectors.toList()));
        return models.entrySet().stream()
                .map(model -> new Figure(
                        id("roofline", model.getKey()),
                        "Distance to the roofline: " + model.getKey(),
                        "Attention alone.",
                        lines(
                                model.getValue(),
                                row -> row.result().contextTokens(),
                                row -> row.at("mapping"),
                                row -> row.result().attention().cycles()
                                        / row.result().attention().rooflineCycles(),
                                "times the bound")))
                .toList();
    }

    /// Lines over all contexts that occur; a name without a value at one of them has a gap there.
    private static <T> Chart lines(
            List<T> rows,
            Function<T, Integer> context,
            Function<T, String> name,
            ToDoubleFunction<T> value,
            String unit) {
        List<Integer> contexts = rows.stream().map(context).distinct().sorted().toList();
        Map<String, Map<Integer, Double>> byName = new LinkedHashMap<>();
        for (T row : rows) {
            byName.computeIfAbsent(name.apply(row), key -> new LinkedHashMap<>())
                    .put(context.apply(row), value.applyAsDouble(row));
        }
        List<Series> series = new ArrayList<>();
        byName.forEach((key, values) ->
                series.add(Series.of(key, contexts, each -> values.getOrDefault(each, Double.NaN))));
        return new Lines(
                "context", contexts.stream().map(EvaluationFigures::context).toList(), series, unit);
    }

    static String words(Scope scope) {
        return switch (scope) {
            case ATTENTION -> "attention alone";
            case END_TO_END -> "whole step";
        };
    }

    static String context(int tokens) {
        return tokens % 1024 == 0 ? "%dK".formatted(tokens / 1024) : Integer.toString(tokens);
    }

    private static String id(String... words) {
        return String.join("-", words)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("-$", "");
    }
}
