package h2eal.lab.figure;

import h2eal.lab.report.Chart;
import h2eal.lab.report.Chart.Bars;
import h2eal.lab.report.Chart.Lines;
import h2eal.lab.report.Chart.Series;
import h2eal.lab.report.Report.Figure;
import h2eal.lab.reproduce.Evaluation;
import h2eal.lab.result.ResultRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What one number of a design does to the time of attention, everything else as it is.
final class SweepFigures {

    private static final double NANOSECONDS_PER_MICROSECOND = 1e3;
    private static final String UNIT = "microseconds";

    private SweepFigures() {}

    /// One figure per swept number, of those experiments that were run.
    static List<Figure> of(Evaluation evaluation) {
        List<Figure> figures = new ArrayList<>();
        Sweep sweep = new Sweep(evaluation, figures);
        sweep.lines(
                "refresh-interval", "refreshInterval", "Steps between two selections", List.of("model"), row -> true);
        sweep.lines("page-size", "pageTokens", "Tokens of a page", List.of("model"), row -> true);
        sweep.lines(
                "settings",
                "budgetTokens",
                "Budget of a retrieval head",
                List.of("model", "streamingShare"),
                sweep::longest);
        sweep.lines(
                "settings",
                "streamingShare",
                "Share of streaming heads",
                List.of("model", "budgetTokens"),
                sweep::longest);
        sweep.bars("placement", "placement", "Placement of the cache", List.of("context"));
        sweep.lines("mesh", "mesh", "Size of the mesh", List.of("mapping"), row -> true);
        sweep.lines("bank-bandwidth", "pins", "Data pins of a bank", List.of("mapping"), row -> true);
        return figures;
    }

    private record Sweep(Evaluation evaluation, List<Figure> figures) {

        void lines(String experiment, String axis, String title, List<String> others, Predicate<ResultRow> kept) {
            List<ResultRow> rows = rows(experiment).stream().filter(kept).toList();
            if (!rows.isEmpty()) {
                figures.add(figure(
                        axis, title, rows, new Lines(axis, values(rows, axis), series(rows, axis, others), UNIT)));
            }
        }

        void bars(String experiment, String axis, String title, List<String> others) {
            List<ResultRow> rows = rows(experiment);
            if (!rows.isEmpty()) {
                figures.add(figure(
                        axis,
                        title,
                        rows,
                        new Bars(axis, values(rows, axis), series(rows, axis, others), UNIT, false)));
            }
        }

        private List<ResultRow> rows(String experiment) {
            return evaluation.sweeps().stream()
                    .filter(table -> table.experiment().equals(experiment))
                    .flatMap(table -> table.rows().stream())
                    .toList();
        }

        /// Whether a row has the longest context of its experiment.
        boolean longest(ResultRow row) {
            return row.result().contextTokens()
                    == rows("settings").stream()
                            .mapToInt(each -> each.result().contextTokens())
                            .max()
                            .orElse(0);
        }

        private static Figure figure(String axis, String title, List<ResultRow> rows, Chart chart) {
            return new Figure(
                    "sweep-" + axis.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT),
                    title,
                    "Time of attention per step, simulated%s.".formatted(contexts(rows)),
                    chart);
        }

        private static String contexts(List<ResultRow> rows) {
            List<String> contexts = rows.stream()
                    .map(row -> row.result().contextTokens())
                    .distinct()
                    .sorted()
                    .map(tokens -> tokens / 1024 + "K")
                    .toList();
            return " at %s tokens".formatted(String.join(" and ", contexts));
        }

        private static List<String> values(List<ResultRow> rows, String axis) {
            return rows.stream().map(row -> row.at(axis)).distinct().toList();
        }

        private static List<Series> series(List<ResultRow> rows, String axis, List<String> others) {
            Map<String, Map<String, Double>> byName = new LinkedHashMap<>();
            for (ResultRow row : rows) {
                String name = others.stream().map(other -> word(other, row)).collect(Collectors.joining(", "));
                byName.computeIfAbsent(name, key -> new LinkedHashMap<>())
                        .put(row.at(axis), row.result().attention().nanoseconds() / NANOSECONDS_PER_MICROSECOND);
            }
            List<String> values = values(rows, axis);
            return byName.entrySet().stream()
                    .map(line -> Series.of(
                            line.getKey(), values, value -> line.getValue().getOrDefault(value, Double.NaN)))
                    .toList();
        }

        /// A bare number says of what.
        private static String word(String axis, ResultRow row) {
            String value = row.at(axis);
            return switch (axis) {
                case "streamingShare" -> "share " + value;
                case "budgetTokens" -> "budget " + value;
                case "context" -> value + " tokens";
                default -> value;
            };
        }
    }
}
