package h2eal.cli.decode;

import h2eal.cli.console.Table;
import h2eal.lab.loop.ClosedLoop;
import h2eal.lab.loop.ClosedLoop.SystemCost;
import h2eal.lab.loop.Gain;
import h2eal.lab.result.SimulationResult.Cost;
import java.util.List;

/// The simulated half of the demo for a terminal.
final class ClosedLoopText {

    private static final double PICOJOULES_PER_MICROJOULE = 1e6;

    private ClosedLoopText() {}

    static String text(ClosedLoop loop) {
        return """
                What the hybrid run read, simulated on %s (%d x %d tiles) beside dense
                attention on the same contexts; the mean of all %d decode steps:

                %s

                %s""".formatted(
                        loop.hardware(),
                        loop.meshRows(),
                        loop.meshColumns(),
                        loop.steps(),
                        costs(loop).text(),
                        gains(loop).text());
    }

    private static Table costs(ClosedLoop loop) {
        return new Table(
                List.of("simulated", "attention cycles", "uJ", "whole step cycles", "uJ"),
                loop.systems().stream().map(ClosedLoopText::row).toList());
    }

    private static List<String> row(SystemCost cost) {
        return List.of(
                cost.system(),
                Long.toString(cost.step().attention().cycles()),
                microjoules(cost.step().attention()),
                Long.toString(cost.step().endToEnd().cycles()),
                microjoules(cost.step().endToEnd()));
    }

    private static String microjoules(Cost cost) {
        return "%.2f".formatted(cost.energyPicojoules().total() / PICOJOULES_PER_MICROJOULE);
    }

    private static Table gains(ClosedLoop loop) {
        return new Table(
                List.of("h2eal over", "attention speed", "energy", "whole step speed", "energy"),
                loop.gains().stream().map(ClosedLoopText::row).toList());
    }

    private static List<String> row(Gain gain) {
        return List.of(
                gain.baseline(),
                times(gain.attention().speedup()),
                times(gain.attention().energyEfficiency()),
                times(gain.endToEnd().speedup()),
                times(gain.endToEnd().energyEfficiency()));
    }

    private static String times(double factor) {
        return "%.2fx".formatted(factor);
    }
}
