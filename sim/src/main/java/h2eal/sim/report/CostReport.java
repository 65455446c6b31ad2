package h2eal.sim.report;

import h2eal.sim.energy.ActionCounts;
import h2eal.sim.energy.EnergyReport;
import java.util.Objects;

/// What a decode step, or its attention alone, costs.
///
/// @param cycles cycles of the bank interface at full speed
/// @param nanoseconds time with the power cap respected
/// @param bytes bytes asked of DRAM, read and written
/// @param rowHits bursts that found their row open
/// @param counts how often everything happened that costs energy
/// @param energy energy within `nanoseconds`
/// @param power mean power, and the throttle
/// @param bankTime where the time of the banks went
/// @param roofline the bound by bandwidth and MAC rate
/// @param utilisation busy shares at full speed
public record CostReport(
        long cycles,
        double nanoseconds,
        long bytes,
        long rowHits,
        ActionCounts counts,
        EnergyReport energy,
        PowerReport power,
        BankTime bankTime,
        Roofline roofline,
        Utilisation utilisation) {

    public CostReport {
        Objects.requireNonNull(counts, "counts");
        Objects.requireNonNull(energy, "energy");
        Objects.requireNonNull(power, "power");
        Objects.requireNonNull(bankTime, "bankTime");
        Objects.requireNonNull(roofline, "roofline");
        Objects.requireNonNull(utilisation, "utilisation");
        if (cycles < 1 || bytes < 1) {
            throw new IllegalStateException(
                    "a step cannot take %d cycles for %d bytes: something was not simulated".formatted(cycles, bytes));
        }
    }

    /// Bytes asked for over the bytes all banks could have moved in the same cycles.
    public double bandwidthShare() {
        return bankTime.transfer() / bankTime.total();
    }
}
