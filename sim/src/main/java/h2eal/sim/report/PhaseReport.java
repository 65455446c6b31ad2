package h2eal.sim.report;

import h2eal.sim.energy.ActionCounts;
import h2eal.sim.energy.EnergyReport;
import java.util.Objects;

/// One phase, summed over layers. Phases of different heads overlap, so the cycles are those the mean tile spends in a
/// phase, waiting for it included; they add up to the cycles of the step.
///
/// @param cycles cycles of the mean tile
/// @param bytes bytes asked of DRAM, read and written
/// @param rowHits bursts that found their row open
/// @param bankTime where the time of the banks went
public record PhaseReport(
        Phase phase,
        double cycles,
        long bytes,
        long rowHits,
        ActionCounts counts,
        EnergyReport energy,
        BankTime bankTime) {

    public PhaseReport {
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(counts, "counts");
        Objects.requireNonNull(energy, "energy");
        Objects.requireNonNull(bankTime, "bankTime");
        if (!(cycles >= 0) || (bytes > 0 && cycles == 0)) {
            throw new IllegalStateException("%s moved %d bytes in %s cycles".formatted(phase, bytes, cycles));
        }
    }

    /// Share of the phase in which the interfaces moved bytes.
    public double bandwidthShare() {
        return bankTime.total() == 0 ? 0 : bankTime.transfer() / bankTime.total();
    }
}
