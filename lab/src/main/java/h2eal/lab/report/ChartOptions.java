package h2eal.lab.report;

import h2eal.lab.report.Chart.Bars;
import h2eal.lab.report.Chart.HeatMap;
import h2eal.lab.report.Chart.Lines;
import h2eal.lab.report.Chart.Plane;
import h2eal.lab.report.Chart.Rows;
import h2eal.lab.report.Chart.Scale;
import h2eal.lab.report.Chart.Series;
import h2eal.lab.report.Chart.Spans;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// Charts as Apache ECharts takes them; colours of text and axes are the page's.
final class ChartOptions {

    private static final int BAR_PIXELS = 24;
    private static final int GROUP_GAP_PIXELS = 18;
    private static final int AXES_PIXELS = 76;
    private static final int LINES_PIXELS = 320;
    private static final int LEAST_CELLS_PIXELS = 160;
    private static final int MOST_CELLS_PIXELS = 520;
    private static final int CELL_PIXELS = 34;
    private static final int THIN_ROW_PIXELS = 9;
    private static final int MOST_PLACE_LABELS = 20;

    private ChartOptions() {}

    /// The option object of a chart; nothing where nothing is drawn.
    static Optional<Map<String, Object>> of(Chart chart) {
        return switch (chart) {
            case Rows rows -> Optional.empty();
            case Bars bars -> Optional.of(bars(bars));
            case Lines lines -> Optional.of(lines(lines));
            case HeatMap map -> Optional.of(heatMap(map));
            case Spans spans -> Optional.of(PlottedOptions.spans(spans));
            case Plane plane -> Optional.of(PlottedOptions.plane(plane));
        };
    }

    /// Height of the drawing, without legend.
    static int heightPixels(Chart chart) {
        return switch (chart) {
            case Rows rows -> 0;
            case Bars bars -> {
                int bar = bars.stacked() ? 1 : bars.series().size();
                yield AXES_PIXELS + bars.categories().size() * (bar * BAR_PIXELS + GROUP_GAP_PIXELS);
            }
            case Lines lines -> LINES_PIXELS;
            case Plane plane -> LINES_PIXELS;
            case Spans spans ->
                AXES_PIXELS
                        + spans.rows().size()
                                * (spans.rows().size() > MOST_PLACE_LABELS ? THIN_ROW_PIXELS : CELL_PIXELS);
            case HeatMap map ->
                AXES_PIXELS + Math.clamp((long) map.y().size() * CELL_PIXELS, LEAST_CELLS_PIXELS, MOST_CELLS_PIXELS);
        };
    }

    private static Map<String, Object> bars(Bars bars) {
        Map<String, Object> option = option("axis");
        option.put("legend", Map.of("data", names(bars.series())));
        option.put("xAxis", valueAxis(bars.unit()));
        option.put("yAxis", Map.of("type", "category", "data", bars.categories(), "inverse", true));
        option.put(
                "series",
                bars.series().stream()
                        .map(series -> {
                            Map<String, Object> drawn = series("bar", series);
                            if (bars.stacked()) {
                                drawn.put("stack", "all");
                            } else {
                                drawn.put("label", Map.of("show", true, "position", "right"));
                            }
                            return drawn;
                        })
                        .toList());
        return option;
    }

    private static Map<String, Object> lines(Lines lines) {
        Map<String, Object> option = option("axis");
        option.put("legend", Map.of("data", names(lines.series())));
        option.put("xAxis", categoryAxis(lines.categoryName(), lines.categories()));
        option.put("yAxis", namedAxis(lines.unit()));
        option.put(
                "series",
                lines.series().stream().map(series -> series("line", series)).toList());
        return option;
    }

    private static Map<String, Object> heatMap(HeatMap map) {
        Map<String, Object> option = option("item");
        option.put("xAxis", placeAxis(map.x()));
        Map<String, Object> vertical = placeAxis(map.y());
        vertical.put("inverse", true);
        vertical.put("nameLocation", "start");
        vertical.put("nameGap", 10);
        option.put("yAxis", vertical);
        option.put("visualMap", visualMap(map.scale()));
        List<List<Object>> cells = map.cells().stream()
                .map(cell -> List.<Object>of(cell.x(), cell.y(), rounded(cell.value())))
                .toList();
        Map<String, Object> series = new LinkedHashMap<>(Map.of("type", "heatmap", "data", cells));
        series.put("name", map.scale().name());
        option.put("series", List.of(series));
        return option;
    }

    private static Map<String, Object> visualMap(Scale scale) {
        Map<String, Object> map = new LinkedHashMap<>(Map.of("orient", "horizontal", "left", "center", "top", 0));
        switch (scale) {
            case Scale.Continuous continuous -> {
                map.put("type", "continuous");
                map.put("min", continuous.least());
                map.put("max", continuous.most());
                map.put(
                        "text",
                        List.of(
                                continuous.name() + " " + Chart.number(continuous.most()),
                                Chart.number(continuous.least())));
            }
            case Scale.Kinds kinds -> {
                map.put("type", "piecewise");
                List<Map<String, Object>> pieces = new ArrayList<>();
                for (int kind = 0; kind < kinds.kinds().size(); kind++) {
                    pieces.add(Map.of("value", kind, "label", kinds.kinds().get(kind)));
                }
                map.put("pieces", pieces);
            }
        }
        return map;
    }

    static Map<String, Object> option(String tooltip) {
        Map<String, Object> option = new LinkedHashMap<>();
        option.put("animation", false);
        option.put("backgroundColor", "transparent");
        option.put("aria", Map.of("enabled", true));
        option.put("tooltip", Map.of("trigger", tooltip, "confine", true));
        option.put("grid", Map.of("left", 8, "right", 56, "bottom", 34, "containLabel", true));
        return option;
    }

    private static Map<String, Object> valueAxis(String unit) {
        return Map.of(
                "type",
                "value",
                "name",
                unit,
                "nameLocation",
                "middle",
                "nameGap",
                26,
                "axisLabel",
                Map.of("hideOverlap", true));
    }

    /// The name begins at the axis, so that a long one is not cut off to the left.
    private static Map<String, Object> namedAxis(String name) {
        return Map.of("type", "value", "name", name, "nameTextStyle", Map.of("align", "left"));
    }

    private static Map<String, Object> categoryAxis(String name, List<String> categories) {
        Map<String, Object> axis = new LinkedHashMap<>();
        axis.put("type", "category");
        axis.put("name", name);
        axis.put("nameLocation", "middle");
        axis.put("nameGap", 26);
        axis.put("data", categories);
        axis.put("axisLabel", Map.of("hideOverlap", true));
        return axis;
    }

    private static Map<String, Object> series(String type, Series series) {
        Map<String, Object> drawn = new LinkedHashMap<>();
        drawn.put("type", type);
        drawn.put("name", series.name());
        drawn.put("data", series.values().stream().map(ChartOptions::rounded).toList());
        return drawn;
    }

    private static List<String> names(List<Series> series) {
        return series.stream().map(Series::name).toList();
    }

    private static Map<String, Object> placeAxis(HeatMap.Axis axis) {
        Map<String, Object> places = categoryAxis(
                axis.name(),
                IntStream.range(0, axis.size()).mapToObj(Integer::toString).toList());
        places.put("axisLabel", Map.of("hideOverlap", true, "interval", skippedLabels(axis.size())));
        return places;
    }

    /// Places between two labels, so that not all of a long axis are labelled.
    static int skippedLabels(int places) {
        return Math.ceilDiv(places, MOST_PLACE_LABELS) - 1;
    }

    /// ECharts leaves a gap at a dash.
    private static Object rounded(double value) {
        return Double.isNaN(value) ? "-" : Double.valueOf(Chart.number(value));
    }
}
