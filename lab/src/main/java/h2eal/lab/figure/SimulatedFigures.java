package h2eal.lab.figure;

import h2eal.lab.loop.ClosedLoop;
import h2eal.lab.loop.ClosedLoop.SystemCost;
import h2eal.lab.loop.Gain;
import h2eal.lab.report.Chart;
import h2eal.lab.report.Chart.Bars;
import h2eal.lab.report.Chart.HeatMap;
import h2eal.lab.report.Chart.Scale;
import h2eal.lab.report.Chart.Series;
import h2eal.lab.report.Report.Figure;
import h2eal.lab.result.CsvTable;
import h2eal.lab.result.SimulationResult.Cost;
import h2eal.lab.result.SimulationResult.PhaseCost;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What was simulated.
final class SimulatedFigures {

    private static final double PICOJOULES_PER_MICROJOULE = 1e6;
    private static final double CYCLES_PER_KILOCYCLE = 1e3;
    private static final double NANOSECONDS_PER_MICROSECOND = 1e3;

    private SimulatedFigures() {}

    static List<Figure> costs(ClosedLoop loop) {
        return List.of(
                new Figure(
                        "simulated",
                        "Cost of a decode step",
                        "Cycles are those of the bank interface; time respects the power cap.",
                        table(loop)),
                new Figure(
                        "speed-up",
                        "Speed-up of h2eal over each baseline",
                        "Time of the baseline over time of h2eal. hb-tiled is the strongest dense baseline: it splits every"
                                + " head over all tiles.",
                        gains(loop, Gain.Ratio::speedup, "times faster")),
                new Figure(
                        "energy-efficiency",
                        "Energy efficiency of h2eal over each baseline",
                        "Energy of the baseline over energy of h2eal, per token.",
                        gains(loop, Gain.Ratio::energyEfficiency, "times less energy")));
    }

    private static Bars gains(ClosedLoop loop, ToDoubleFunction<Gain.Ratio> ratio, String unit) {
        return new Bars(
                "baseline",
                baselines(loop),
                List.of(
                        Series.of("attention", loop.gains(), gain -> ratio.applyAsDouble(gain.attention())),
                        Series.of("whole step", loop.gains(), gain -> ratio.applyAsDouble(gain.endToEnd()))),
                unit,
                false);
    }

    static List<Figure> breakdowns(ClosedLoop loop) {
        List<String> phases = names(
                loop,
                cost -> cost.step().phases().stream().map(PhaseCost::phase).toList());
        List<String> components = names(
                loop,
                cost -> cost.step().endToEnd().energyPicojoules().byComponent().keySet());
        return List.of(
                new Figure(
                        "phases",
                        "Cycles by phase",
                        "Cycles the mean tile spends in each phase, waiting included; broadcast, score, select, attend and merge"
                                + " are attention.",
                        stacked(loop.systems(), phases, SimulatedFigures::kilocycles, "thousand cycles")),
                new Figure(
                        "phases-closest",
                        "Cycles by phase, h2eal beside the strongest baseline",
                        "The same numbers on a scale of their own.",
                        stacked(
                                loop.systems().reversed().subList(0, 2).reversed(),
                                phases,
                                SimulatedFigures::kilocycles,
                                "thousand cycles")),
                new Figure(
                        "energy",
                        "Energy by component",
                        "Background, refresh and leakage are drawn by time, so a slow system pays for them longest.",
                        stacked(loop.systems(), components, SimulatedFigures::microjoules, "microjoules")),
                mesh(loop, "hb-head"),
                mesh(loop, ClosedLoop.SYSTEM));
    }

    private static Chart table(ClosedLoop loop) {
        return new Chart.Rows(new CsvTable(
                List.of(
                        "system",
                        "attention cycles",
                        "attention us",
                        "attention uJ",
                        "whole step cycles",
                        "whole step us",
                        "whole step uJ"),
                loop.systems().stream()
                        .map(cost -> List.of(
                                cost.system(),
                                Long.toString(cost.step().attention().cycles()),
                                microseconds(cost.step().attention()),
                                microjoules(cost.step().attention()),
                                Long.toString(cost.step().endToEnd().cycles()),
                                microseconds(cost.step().endToEnd()),
                                microjoules(cost.step().endToEnd())))
                        .toList()));
    }

    private static String microseconds(Cost cost) {
        return Chart.number(cost.nanoseconds() / NANOSECONDS_PER_MICROSECOND);
    }

    private static String microjoules(Cost cost) {
        return Chart.number(cost.energyPicojoules().total() / PICOJOULES_PER_MICROJOULE);
    }

    private static List<String> baselines(ClosedLoop loop) {
        return loop.gains().stream().map(Gain::baseline).toList();
    }

    /// Names in the order of their first appearance, the system with most of them first.
    private static List<String> names(ClosedLoop loop, Function<SystemCost, Collection<String>> ofSystem) {
        return loop.systems().stream()
                .map(ofSystem)
                .sorted((a, b) -> b.size() - a.size())
                .flatMap(Collection::stream)
                .collect(Collectors.toCollection(LinkedHashSet::new))
                .stream()
                .toList();
    }

    private static Chart stacked(
            List<SystemCost> systems, List<String> parts, BiFunction<SystemCost, String, Double> value, String unit) {
        return new Bars(
                "system",
                systems.stream().map(SystemCost::system).toList(),
                parts.stream()
                        .map(part -> Series.of(words(part), systems, cost -> value.apply(cost, part)))
                        .filter(series -> series.values().stream().anyMatch(each -> each > 0))
                        .toList(),
                unit,
                true);
    }

    private static double kilocycles(SystemCost cost, String phase) {
        return cost.step().phases().stream()
                        .filter(each -> each.phase().equals(phase))
                        .mapToDouble(PhaseCost::cycles)
                        .sum()
                / CYCLES_PER_KILOCYCLE;
    }

    private static double microjoules(SystemCost cost, String component) {
        return cost.step().endToEnd().energyPicojoules().byComponent().getOrDefault(component, 0.0)
                / PICOJOULES_PER_MICROJOULE;
    }

    private static Figure mesh(ClosedLoop loop, String system) {
        List<Double> tiles = loop.step(system).units().tiles();
        List<HeatMap.Cell> cells = IntStream.range(0, tiles.size())
                .mapToObj(tile ->
                        new HeatMap.Cell(tile % loop.meshColumns(), tile / loop.meshColumns(), 100 * tiles.get(tile)))
                .toList();
        return new Figure(
                "mesh-" + system,
                "How busy the tiles are under " + system,
                "Share of the whole step in which a tile streams or computes.",
                new HeatMap(
                        new HeatMap.Axis("column", loop.meshColumns()),
                        new HeatMap.Axis("row", loop.meshRows()),
                        cells,
                        new Scale.Continuous("busy %", 0, 100)));
    }

    /// `dramColumn` as `dram column`.
    private static String words(String camelCase) {
        return camelCase.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }
}
