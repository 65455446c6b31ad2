package h2eal.lab.result;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/// All rows of an experiment.
public record ResultTable(String experiment, List<ResultRow> rows) {

    public ResultTable {
        rows = List.copyOf(rows);
    }

    /// Axes of the sweep, in order.
    public SequencedSet<String> axes() {
        SequencedSet<String> axes = new LinkedHashSet<>();
        rows.forEach(row -> axes.addAll(row.coordinates().keySet()));
        return axes;
    }

    /// One line per row: where it lies, then every metric.
    public CsvTable csv() {
        List<String> header = new ArrayList<>(axes());
        header.addAll(Metrics.byName().keySet());
        return new CsvTable(header, rows.stream().map(this::cells).toList());
    }

    private List<String> cells(ResultRow row) {
        List<String> cells = new ArrayList<>();
        axes().forEach(axis -> cells.add(row.at(axis)));
        Metrics.byName().values().forEach(metric -> cells.add(number(metric.applyAsDouble(row.result()))));
        return cells;
    }

    /// A number without needless digits: whole numbers whole, others in full.
    public static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
