package h2eal.lab.figure;

import h2eal.lab.loop.ClosedLoop;
import h2eal.lab.loop.ClosedLoop.SystemCost;
import h2eal.lab.loop.LayerTimeline;
import h2eal.lab.report.Chart.Plane;
import h2eal.lab.report.Chart.Plane.Point;
import h2eal.lab.report.Chart.Plane.Trace;
import h2eal.lab.report.Chart.Spans;
import h2eal.lab.report.Chart.Spans.Span;
import h2eal.lab.report.Report.Figure;
import h2eal.lab.result.SimulationResult;
import java.util.ArrayList;
import java.util.List;

/// The simulated step against the hardware's bounds, and over time.
final class PlottedFigures {

    /// How far the bounds are drawn beyond the points, as a factor.
    private static final double MARGIN = 4;

    private PlottedFigures() {}

    /// Whole steps under the roof of the accelerator.
    static Figure roofline(ClosedLoop loop) {
        return new Figure(
                "roofline",
                "Roofline of the whole step",
                "Multiply-accumulates per cycle over those per byte read from DRAM. Below the slope the banks bound a step, below"
                        + " the flat part the MACs; how far below is the mapping's loss.",
                new Plane(
                        "MACs per byte",
                        "MACs per cycle",
                        loop.systems().stream()
                                .map(cost -> new Trace(cost.system(), List.of(point(cost))))
                                .toList(),
                        List.of(roof(loop))));
    }

    private static Point point(SystemCost cost) {
        SimulationResult step = cost.step();
        double macs = step.counts().macs();
        return new Point(
                "whole step",
                macs / step.endToEnd().bytes(),
                macs / step.endToEnd().cycles());
    }

    private static Trace roof(ClosedLoop loop) {
        ClosedLoop.Roof roof = loop.roof();
        double ridge = roof.macsPerCycle() / roof.bytesPerCycle();
        double least = loop.systems().stream()
                .map(PlottedFigures::point)
                .mapToDouble(Point::x)
                .min()
                .orElse(ridge);
        double from = Math.min(least, ridge) / MARGIN;
        return new Trace(
                "roof",
                List.of(
                        new Point("bandwidth", from, from * roof.bytesPerCycle()),
                        new Point("ridge", ridge, roof.macsPerCycle()),
                        new Point("MACs", ridge * MARGIN, roof.macsPerCycle())));
    }

    /// One layer, tile by tile.
    static Figure timeline(LayerTimeline timeline) {
        List<Span> spans = new ArrayList<>();
        timeline.works()
                .forEach(work -> spans.add(new Span(work.unit(), work.kind(), work.fromCycle(), work.toCycle(), "")));
        return new Figure(
                "timeline",
                "Phases of layer %d over time, tile by tile".formatted(timeline.layer()),
                "Simulated under h2eal, the first recorded step. The top row is the step's phases; below it, what each tile"
                        + " streams or computes. Gaps are waiting: for the network, for a merge, for the last tile of a phase.",
                new Spans("unit", timeline.units(), spans, "cycles", false));
    }
}
