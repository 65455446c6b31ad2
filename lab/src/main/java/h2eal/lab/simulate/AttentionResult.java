package h2eal.lab.simulate;

import h2eal.lab.result.CsvTable;
import h2eal.lab.result.ResultTable;
import h2eal.sim.report.AttentionReport;
import h2eal.sim.report.CostReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// What the attention of a design point costs: a mean decode step without weights, appends and reductions.
///
/// @param cycles cycles of the bank interface at full speed
/// @param nanoseconds time with the power cap respected
/// @param picojoules energy per step
/// @param bytes bytes asked of DRAM
/// @param rooflineCycles bound by bandwidth and MAC rate
/// @param pagesRead pages of which at least one token was read
/// @param pagesSkipped pages in the cache of which none was
public record AttentionResult(
        double cycles,
        double nanoseconds,
        double picojoules,
        double bytes,
        double rooflineCycles,
        double pagesRead,
        double pagesSkipped) {

    /// The mean of consecutive steps.
    public static AttentionResult mean(List<AttentionReport> steps) {
        return new AttentionResult(
                cost(steps, CostReport::cycles),
                cost(steps, CostReport::nanoseconds),
                cost(steps, cost -> cost.energy().totalPicojoules()),
                cost(steps, CostReport::bytes),
                cost(steps, cost -> cost.roofline().boundCycles()),
                mean(steps, step -> step.reads().pagesRead()),
                mean(steps, step -> step.reads().pagesSkipped()));
    }

    private static double cost(List<AttentionReport> steps, ToDoubleFunction<CostReport> value) {
        return mean(steps, step -> value.applyAsDouble(step.cost()));
    }

    private static double mean(List<AttentionReport> steps, ToDoubleFunction<AttentionReport> value) {
        return steps.stream().mapToDouble(value).average().orElseThrow();
    }

    /// One point of a sweep.
    ///
    /// @param coordinates where the point lies on every axis
    public record Row(Map<String, String> coordinates, AttentionResult result) {}

    /// A sweep as a table: axes, then every number.
    public static CsvTable csv(List<Row> rows) {
        List<String> axes = List.copyOf(rows.getFirst().coordinates().keySet());
        List<String> header = new ArrayList<>(axes);
        header.addAll(List.of(
                "attentionCycles",
                "attentionNanoseconds",
                "attentionPicojoules",
                "attentionBytes",
                "attentionRooflineCycles",
                "pagesRead",
                "pagesSkipped"));
        return new CsvTable(header, rows.stream().map(row -> cells(axes, row)).toList());
    }

    private static List<String> cells(List<String> axes, Row row) {
        List<String> cells = new ArrayList<>();
        axes.forEach(axis -> cells.add(row.coordinates().getOrDefault(axis, "")));
        AttentionResult result = row.result();
        for (double value : new double[] {
            result.cycles,
            result.nanoseconds,
            result.picojoules,
            result.bytes,
            result.rooflineCycles,
            result.pagesRead,
            result.pagesSkipped
        }) {
            cells.add(ResultTable.number(value));
        }
        return cells;
    }
}
