package h2eal.lab.report;

import h2eal.lab.report.Chart.Bars;
import h2eal.lab.report.Chart.HeatMap;
import h2eal.lab.report.Chart.Lines;
import h2eal.lab.report.Chart.Plane;
import h2eal.lab.report.Chart.Plane.Point;
import h2eal.lab.report.Chart.Plane.Trace;
import h2eal.lab.report.Chart.Rows;
import h2eal.lab.report.Chart.Scale;
import h2eal.lab.report.Chart.Series;
import h2eal.lab.report.Chart.Spans;
import h2eal.lab.report.Chart.Spans.Span;
import h2eal.lab.report.Report.Figure;
import h2eal.lab.report.Report.Section;
import h2eal.lab.result.CsvTable;
import java.util.List;
import java.util.stream.IntStream;

/// A small report with every kind of chart.
final class Reports {

    private Reports() {}

    static Report everyChart() {
        return new Report(
                "Fish & chips",
                "What <two> shops sold.",
                List.of(
                        new Section("Sales", "Measured by hand.", List.of(table(), bars())),
                        new Section("Days", "A week each.", List.of(lines(), kinds(), heat(), spans(), plane()))));
    }

    private static Figure table() {
        return new Figure(
                "shops",
                "Shops",
                "As they are called.",
                new Rows(new CsvTable(
                        List.of("name", "place"), List.of(List.of("Bob's", "A|B"), List.of("</script>", "C, D")))));
    }

    private static Figure bars() {
        List<Series> series =
                List.of(new Series("fish", List.of(1234.5, 0.0)), new Series("chips", List.of(2.0, 1 / 3.0)));
        return new Figure("sold", "Sold", "Both.", new Bars("shop", List.of("one", "two"), series, "kg", true));
    }

    private static Figure lines() {
        List<Series> series = List.of(new Series("fish", List.of(0.012345, 12.345)));
        return new Figure("trend", "Trend", "Up.", new Lines("day", List.of("1", "2"), series, "t"));
    }

    private static Figure kinds() {
        List<HeatMap.Cell> cells = List.of(new HeatMap.Cell(0, 0, 1), new HeatMap.Cell(1, 0, 0));
        return new Figure(
                "open",
                "Open days",
                "Two days.",
                new HeatMap(
                        new HeatMap.Axis("day", 2),
                        new HeatMap.Axis("shop", 1),
                        cells,
                        new Scale.Kinds("state", List.of("closed", "open"))));
    }

    private static Figure spans() {
        return new Figure(
                "shifts",
                "Shifts",
                "Who worked when.",
                new Spans(
                        "shop",
                        List.of("one", "two"),
                        List.of(new Span(0, "fry", 8, 12.5, ""), new Span(1, "sell", 9, 17, "long")),
                        "hour",
                        false));
    }

    private static Figure plane() {
        return new Figure(
                "profit",
                "Profit",
                "Over size.",
                new Plane(
                        "kg",
                        "euro",
                        List.of(new Trace("fish", List.of(new Point("Monday", 10, 120)))),
                        List.of(new Trace("bound", List.of(new Point("from", 1, 15), new Point("to", 100, 1500))))));
    }

    private static Figure heat() {
        List<HeatMap.Cell> cells = IntStream.range(0, 30)
                .mapToObj(day -> new HeatMap.Cell(day, 0, day / 30.0))
                .toList();
        return new Figure(
                "busy",
                "Busy hours",
                "More rows than Markdown shows.",
                new HeatMap(
                        new HeatMap.Axis("hour", 30),
                        new HeatMap.Axis("shop", 1),
                        cells,
                        new Scale.Continuous("busy", 0, 1)));
    }
}
