package h2eal.lab.report;

import h2eal.lab.result.CsvTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What a figure shows. Every chart is also a table.
public sealed interface Chart {

    /// The numbers behind the chart.
    CsvTable table();

    /// Numbers of one name, one for each category of the chart; NaN where there is none.
    record Series(String name, List<Double> values) {
        public Series {
            values = List.copyOf(values);
        }

        /// A series over the elements of a list.
        public static <T> Series of(String name, List<T> over, Function<T, Double> value) {
            return new Series(name, over.stream().map(value).toList());
        }
    }

    /// Text and numbers in rows; nothing drawn.
    record Rows(CsvTable table) implements Chart {}

    /// Horizontal bars.
    ///
    /// @param categories one bar, or one group of bars, each
    /// @param unit of the values
    /// @param stacked whether the series add up
    record Bars(String categoryName, List<String> categories, List<Series> series, String unit, boolean stacked)
            implements Chart {
        public Bars {
            categories = List.copyOf(categories);
            series = fitting(series, categories.size());
        }

        @Override
        public CsvTable table() {
            return columns(categoryName, categories, series, unit);
        }
    }

    /// Lines over ordered categories.
    record Lines(String categoryName, List<String> categories, List<Series> series, String unit) implements Chart {
        public Lines {
            categories = List.copyOf(categories);
            series = fitting(series, categories.size());
        }

        @Override
        public CsvTable table() {
            return columns(categoryName, categories, series, unit);
        }
    }

    /// Bars from one value to another, each in a row and of a kind: time lines and waterfalls.
    ///
    /// @param rowName what a row is
    /// @param rows names of the rows, the first on top
    /// @param axis name and unit of the values
    /// @param logarithmic whether equal lengths are equal ratios
    record Spans(String rowName, List<String> rows, List<Span> spans, String axis, boolean logarithmic)
            implements Chart {
        public Spans {
            rows = List.copyOf(rows);
            spans = List.copyOf(spans);
        }

        /// One bar.
        ///
        /// @param row index of its row
        /// @param kind bars of a kind have a colour
        /// @param label written beside it; may be empty
        public record Span(int row, String kind, double from, double to, String label) {}

        /// Kinds in order of their first appearance.
        List<String> kinds() {
            return spans.stream().map(Span::kind).distinct().toList();
        }

        @Override
        public CsvTable table() {
            return new CsvTable(
                    List.of(rowName, "kind", "from (%s)".formatted(axis), "to (%s)".formatted(axis), "note"),
                    spans.stream()
                            .map(span -> List.of(
                                    rows.get(span.row), span.kind, number(span.from), number(span.to), span.label))
                            .toList());
        }
    }

    /// Points in a plane with logarithmic axes, and bounds they cannot cross.
    ///
    /// @param clouds points of one colour each
    /// @param bounds broken lines
    record Plane(String x, String y, List<Trace> clouds, List<Trace> bounds) implements Chart {
        public Plane {
            clouds = List.copyOf(clouds);
            bounds = List.copyOf(bounds);
        }

        /// Named points.
        public record Trace(String name, List<Point> points) {
            public Trace {
                points = List.copyOf(points);
            }
        }

        /// A point; both values are positive.
        public record Point(String label, double x, double y) {}

        @Override
        public CsvTable table() {
            return new CsvTable(
                    List.of("series", "point", x, y),
                    Stream.concat(clouds.stream(), bounds.stream())
                            .flatMap(trace -> trace.points.stream()
                                    .map(point -> List.of(trace.name, point.label, number(point.x), number(point.y))))
                            .toList());
        }
    }

    /// Coloured cells in a grid, the first row on top.
    ///
    /// @param cells those drawn; others stay empty
    record HeatMap(Axis x, Axis y, List<Cell> cells, Scale scale) implements Chart {
        public HeatMap {
            cells = List.copyOf(cells);
        }

        /// A named axis with `size` places, counted from 0.
        public record Axis(String name, int size) {}

        /// One cell.
        public record Cell(int x, int y, double value) {}

        @Override
        public CsvTable table() {
            return new CsvTable(
                    List.of(x.name(), y.name(), scale.name()),
                    cells.stream()
                            .map(cell ->
                                    List.of(Integer.toString(cell.x), Integer.toString(cell.y), scale.text(cell.value)))
                            .toList());
        }
    }

    /// What the colours of a heat map mean.
    sealed interface Scale {

        /// What is measured, with its unit.
        String name();

        /// A value for the table.
        String text(double value);

        /// From light to dark.
        record Continuous(String name, double least, double most) implements Scale {
            @Override
            public String text(double value) {
                return number(value);
            }
        }

        /// A colour for each of the values 0, 1, 2, ...
        record Kinds(String name, List<String> kinds) implements Scale {
            public Kinds {
                kinds = List.copyOf(kinds);
            }

            @Override
            public String text(double value) {
                return kinds.get((int) value);
            }
        }
    }

    /// A number with four digits that count; nothing for NaN.
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        if (value == 0 || Math.abs(value) >= 1000) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        int digits = 3 - (int) Math.floor(Math.log10(Math.abs(value)));
        return String.format(Locale.ROOT, "%." + Math.min(digits, 9) + "f", value);
    }

    private static List<Series> fitting(List<Series> series, int categories) {
        for (Series one : series) {
            if (one.values().size() != categories) {
                throw new IllegalArgumentException("%s has %d values for %d categories"
                        .formatted(one.name(), one.values().size(), categories));
            }
        }
        return List.copyOf(series);
    }

    private static CsvTable columns(String categoryName, List<String> categories, List<Series> series, String unit) {
        List<String> header = new ArrayList<>(List.of(categoryName));
        series.forEach(one -> header.add(unit.isEmpty() ? one.name() : "%s (%s)".formatted(one.name(), unit)));
        List<List<String>> rows = IntStream.range(0, categories.size())
                .mapToObj(i -> Stream.concat(
                                Stream.of(categories.get(i)),
                                series.stream().map(one -> number(one.values().get(i))))
                        .toList())
                .toList();
        return new CsvTable(header, rows);
    }
}
