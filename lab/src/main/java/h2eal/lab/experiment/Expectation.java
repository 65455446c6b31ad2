package h2eal.lab.experiment;

import h2eal.lab.result.CsvTable;
import h2eal.lab.result.Metrics;
import h2eal.lab.result.ResultRow;
import h2eal.lab.result.ResultTable;
import h2eal.lab.result.SimulationResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/// One line of an experiment's `expected.csv`: axes, then `metric`, `expected`, `tolerance`.
///
/// @param coordinates the point it speaks of
/// @param tolerance allowed relative difference; 0 is exact
public record Expectation(Map<String, String> coordinates, String metric, double expected, double tolerance) {

    private static final List<String> COLUMNS = List.of("metric", "expected", "tolerance");

    /// Metrics that a new expectation records.
    private static final Set<String> RECORDED = Set.of(
            "attentionCycles",
            "attentionPicojoules",
            "attentionActivations",
            "attentionRowHits",
            "endToEndCycles",
            "endToEndPicojoules",
            "endToEndActivations",
            "endToEndRowHits");

    /// Tolerance of a new expectation: a study is a figure; that no cycle moves unnoticed is the simulator's own test.
    private static final double RECORDED_TOLERANCE = 0.005;

    public Expectation {
        coordinates = Collections.unmodifiableMap(new LinkedHashMap<>(coordinates));
        if (!Metrics.byName().containsKey(metric)) {
            throw new IllegalArgumentException("metric \"%s\" is not one of %s"
                    .formatted(metric, String.join(", ", Metrics.byName().keySet())));
        }
        if (!(tolerance >= 0) || Double.isNaN(expected)) {
            throw new IllegalArgumentException(
                    "expected must be a number and tolerance at least 0: %s, %s".formatted(expected, tolerance));
        }
    }

    /// The expectations of a table.
    ///
    /// @throws IllegalArgumentException naming the row, if one is not an expectation
    public static List<Expectation> parse(CsvTable table) {
        int axes = table.header().size() - COLUMNS.size();
        if (axes < 0 || !table.header().subList(axes, table.header().size()).equals(COLUMNS)) {
            throw new IllegalArgumentException("the last columns must be %s: %s".formatted(COLUMNS, table.header()));
        }
        List<Expectation> expectations = new ArrayList<>();
        for (List<String> row : table.rows()) {
            Map<String, String> coordinates = new LinkedHashMap<>();
            for (int i = 0; i < axes; i++) {
                if (!row.get(i).isEmpty()) {
                    coordinates.put(table.header().get(i), row.get(i));
                }
            }
            expectations.add(new Expectation(
                    coordinates, row.get(axes), number(row, row.get(axes + 1)), number(row, row.get(axes + 2))));
        }
        return expectations;
    }

    private static double number(List<String> row, String cell) {
        try {
            return Double.parseDouble(cell);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("\"%s\" is not a number in the row %s".formatted(cell, row));
        }
    }

    /// What `table` would be expected to be if it were right, as the contents of an `expected.csv`.
    public static CsvTable recorded(ResultTable table) {
        List<String> header = new ArrayList<>(table.axes());
        header.addAll(COLUMNS);
        List<List<String>> rows = new ArrayList<>();
        for (ResultRow row : table.rows()) {
            Metrics.byName().forEach((name, metric) -> {
                if (RECORDED.contains(name)) {
                    List<String> cells = new ArrayList<>();
                    table.axes().forEach(axis -> cells.add(row.at(axis)));
                    cells.add(name);
                    cells.add(ResultTable.number(metric.applyAsDouble(row.result())));
                    cells.add(ResultTable.number(RECORDED_TOLERANCE));
                    rows.add(cells);
                }
            });
        }
        return new CsvTable(header, rows);
    }

    /// Compares with what was measured; empty if no row of `table` lies at these coordinates.
    public Optional<Check> check(ResultTable table) {
        ToDoubleFunction<SimulationResult> value = Metrics.byName().get(metric);
        return table.rows().stream()
                .filter(row -> row.coordinates().equals(coordinates))
                .findFirst()
                .map(row -> new Check(this, value.applyAsDouble(row.result())));
    }

    /// An expectation beside what was measured.
    public record Check(Expectation expectation, double actual) {

        /// Relative difference.
        public double difference() {
            double expected = expectation.expected;
            return actual == expected ? 0 : Math.abs(actual - expected) / Math.abs(expected);
        }

        /// Whether the difference is within the tolerance.
        public boolean holds() {
            return difference() <= expectation.tolerance;
        }

        /// One line for a message.
        public String line() {
            return "%s %s: %s, expected %s, difference %.3g, tolerance %.3g"
                    .formatted(
                            expectation.coordinates,
                            expectation.metric,
                            ResultTable.number(actual),
                            ResultTable.number(expectation.expected),
                            difference(),
                            expectation.tolerance);
        }
    }
}
