package h2eal.sim.step;

import h2eal.sim.machine.BusyTime;
import h2eal.sim.machine.Tally;
import h2eal.workload.ReadCounts;

/// What a simulated step took, before it is priced.
///
/// @param cycles the whole step
/// @param attentionCycles attention of all layers
/// @param all busy time within the whole step
/// @param attention busy time within attention
public record StepTotals(
        long cycles, long attentionCycles, Tally tally, BusyTime all, BusyTime attention, ReadCounts reads) {}
