package h2eal.lab.eval.study;

import h2eal.lab.result.CsvTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Rows of a study as CSV, and beside what is expected of them.
public final class StudyTable {

    private static final List<String> COLUMNS = List.of("attention", "bytes", "metric", "expected", "tolerance");

    /// What a new expectation records, and how far a run on another processor may be off: rounding differs between
    /// vector widths, and now and then a greedy token with it.
    private static final Map<String, Double> TOLERANCES =
            Map.of("score", 1.0, "differencePoints", 1.0, "klToDense", 0.02, "byteFactor", 0.05);

    private static final Set<String> RECORDED = TOLERANCES.keySet();

    private StudyTable() {}

    /// A value that is not as expected.
    public record Difference(String attention, String bytes, String metric, double expected, double actual) {
        /// One line for a message.
        public String line() {
            return String.format(
                    Locale.ROOT, "%s at %s, %s: %.4f, expected %.4f", attention, bytes, metric, actual, expected);
        }
    }

    /// One line per row, every metric in a column.
    public static CsvTable csv(Study study) {
        List<String> header = new ArrayList<>(List.of("attention", "bytes"));
        header.addAll(study.rows().getFirst().metrics().keySet());
        return new CsvTable(
                header,
                study.rows().stream()
                        .map(row -> {
                            List<String> cells =
                                    new ArrayList<>(List.of(row.attention().name(), row.byteTarget()));
                            row.metrics().values().forEach(value -> cells.add(text(value)));
                            return cells;
                        })
                        .toList());
    }

    /// What the study would be expected to give if this run were right; tolerances are absolute.
    public static CsvTable recorded(Study study) {
        List<List<String>> rows = new ArrayList<>();
        for (StudyRow row : study.rows()) {
            row.metrics().forEach((metric, value) -> {
                if (RECORDED.contains(metric)) {
                    rows.add(List.of(
                            row.attention().name(),
                            row.byteTarget(),
                            metric,
                            text(value),
                            TOLERANCES.get(metric).toString()));
                }
            });
        }
        return new CsvTable(COLUMNS, rows);
    }

    /// All values that differ by more than their tolerance.
    ///
    /// @throws IllegalArgumentException if the expectation is not such a table, or speaks of a row that is not there
    public static List<Difference> differences(Study study, CsvTable expected) {
        if (!expected.header().equals(COLUMNS)) {
            throw new IllegalArgumentException("the columns must be %s: %s".formatted(COLUMNS, expected.header()));
        }
        List<Difference> differences = new ArrayList<>();
        for (List<String> cells : expected.rows()) {
            double actual = Optional.ofNullable(row(study, cells).metrics().get(cells.get(2)))
                    .orElseThrow(() -> new IllegalArgumentException("no metric " + cells.get(2)));
            double wanted = Double.parseDouble(cells.get(3));
            if (!(Math.abs(actual - wanted) <= Double.parseDouble(cells.get(4)))) {
                differences.add(new Difference(cells.get(0), cells.get(1), cells.get(2), wanted, actual));
            }
        }
        return differences;
    }

    private static StudyRow row(Study study, List<String> cells) {
        return study.rows().stream()
                .filter(row -> row.attention().name().equals(cells.get(0)))
                .filter(row -> row.byteTarget().equals(cells.get(1)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such row in the study: " + cells));
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
