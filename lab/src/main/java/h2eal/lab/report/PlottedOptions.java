package h2eal.lab.report;

import h2eal.lab.report.Chart.Plane;
import h2eal.lab.report.Chart.Spans;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Charts over numbers on both axes, or from number to number, as Apache ECharts takes them. `span` as a series' type
/// is the page's own: a rectangle from one value to another.
final class PlottedOptions {

    private static final int POINT_PIXELS = 10;

    private PlottedOptions() {}

    static Map<String, Object> spans(Spans spans) {
        Map<String, Object> option = ChartOptions.option("item");
        option.put("legend", Map.of("data", spans.kinds()));
        option.put("xAxis", axis(spans.axis(), spans.logarithmic()));
        option.put("yAxis", rows(spans));
        option.put(
                "series", spans.kinds().stream().map(kind -> kind(spans, kind)).toList());
        return option;
    }

    private static Map<String, Object> rows(Spans spans) {
        Map<String, Object> rows = new LinkedHashMap<>();
        rows.put("type", "category");
        rows.put("data", spans.rows());
        rows.put("inverse", true);
        rows.put(
                "axisLabel",
                Map.of("interval", ChartOptions.skippedLabels(spans.rows().size())));
        return rows;
    }

    private static Map<String, Object> kind(Spans spans, String kind) {
        List<List<Object>> data = spans.spans().stream()
                .filter(span -> span.kind().equals(kind))
                .map(span -> List.<Object>of(
                        span.row(),
                        Double.valueOf(Chart.number(span.from())),
                        Double.valueOf(Chart.number(span.to())),
                        span.label()))
                .toList();
        Map<String, Object> series = new LinkedHashMap<>();
        series.put("type", "span");
        series.put("name", kind);
        series.put("encode", Map.of("x", List.of(1, 2), "y", 0));
        series.put("data", data);
        return series;
    }

    static Map<String, Object> plane(Plane plane) {
        Map<String, Object> option = ChartOptions.option("item");
        option.put(
                "legend",
                Map.of(
                        "data",
                        Stream.concat(plane.clouds().stream(), plane.bounds().stream())
                                .map(Plane.Trace::name)
                                .toList()));
        option.put("xAxis", axis(plane.x(), true));
        Map<String, Object> vertical = axis(plane.y(), true);
        vertical.remove("nameLocation");
        option.put("yAxis", vertical);
        List<Map<String, Object>> series = new ArrayList<>();
        plane.clouds().forEach(cloud -> series.add(drawn("scatter", cloud)));
        plane.bounds().forEach(bound -> series.add(drawn("line", bound)));
        option.put("series", series);
        return option;
    }

    private static Map<String, Object> drawn(String type, Plane.Trace trace) {
        Map<String, Object> series = new LinkedHashMap<>();
        series.put("type", type);
        series.put("name", trace.name());
        series.put("symbolSize", type.equals("scatter") ? POINT_PIXELS : 0);
        series.put(
                "data",
                trace.points().stream()
                        .map(point -> Map.of(
                                "name",
                                point.label(),
                                "value",
                                List.of(
                                        Double.valueOf(Chart.number(point.x())),
                                        Double.valueOf(Chart.number(point.y())))))
                        .toList());
        return series;
    }

    private static Map<String, Object> axis(String name, boolean logarithmic) {
        Map<String, Object> axis = new LinkedHashMap<>();
        axis.put("type", logarithmic ? "log" : "value");
        axis.put("name", name);
        axis.put("nameLocation", "middle");
        axis.put("nameGap", 26);
        axis.put("axisLabel", Map.of("hideOverlap", true));
        return axis;
    }
}
