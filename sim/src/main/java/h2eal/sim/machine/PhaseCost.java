package h2eal.sim.machine;

import h2eal.sim.energy.ActionCounts;
import h2eal.sim.report.BankTime;

/// What one phase cost so far.
///
/// @param cycles cycles of the mean tile
/// @param bytes bytes asked of DRAM
public record PhaseCost(double cycles, long bytes, ActionCounts counts, BankTime bankTime) {

    /// Nothing so far.
    public static final PhaseCost NONE = new PhaseCost(0, 0, ActionCounts.NONE, BankTime.NONE);

    /// The sum of both.
    public PhaseCost plus(PhaseCost other) {
        return new PhaseCost(
                cycles + other.cycles, bytes + other.bytes, counts.plus(other.counts), bankTime.plus(other.bankTime));
    }

    /// The same `times` times.
    public PhaseCost times(long times) {
        return new PhaseCost(times * cycles, times * bytes, counts.times(times), bankTime.times(times));
    }
}
