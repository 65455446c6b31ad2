package h2eal.sim.step;

import h2eal.sim.report.Phase;
import java.util.Arrays;

/// Where the time of every tile goes during the attention of one layer: each tile's time is cut, without gaps, into
/// pieces that belong to phases.
final class TileClock {

    private final double[] cursor;
    private final double[] busy;
    private final double[] cycles = new double[Phase.values().length];
    private final double[] held = new double[Phase.values().length];

    /// All tiles at `start`; `busy` collects the working time of each tile.
    TileClock(double start, double[] busy) {
        this.cursor = new double[busy.length];
        this.busy = busy;
        Arrays.fill(cursor, start);
    }

    /// The tile has nothing to do until `until`, because of `phase`.
    void idle(int tile, Phase phase, double until) {
        cycles[phase.ordinal()] += advance(tile, until);
    }

    /// The tile works until `until`.
    void work(int tile, Phase phase, double until) {
        double worked = advance(tile, until);
        cycles[phase.ordinal()] += worked;
        busy[tile] += worked;
    }

    /// Of the working time, the stream waited that long for computation.
    void held(Phase phase, double waited) {
        held[phase.ordinal()] += Math.max(0, waited);
    }

    /// Cycles of one phase, summed over tiles.
    double cycles(Phase phase) {
        return cycles[phase.ordinal()];
    }

    /// Cycles of one phase in which computation held back the stream, summed over tiles.
    double held(Phase phase) {
        return held[phase.ordinal()];
    }

    private double advance(int tile, double until) {
        double passed = Math.max(0, until - cursor[tile]);
        cursor[tile] += passed;
        return passed;
    }
}
