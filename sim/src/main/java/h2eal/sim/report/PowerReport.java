package h2eal.sim.report;

/// Mean power against the cap of the package.
///
/// @param uncappedWatts power at full speed
/// @param staticWatts share drawn by time, whatever happens
/// @param capWatts sustained power the package can cool
public record PowerReport(double uncappedWatts, double staticWatts, double capWatts) {

    public PowerReport {
        if (!(uncappedWatts >= staticWatts * (1 - 1e-9))) {
            throw new IllegalArgumentException(
                    "power includes static power: %s, %s".formatted(uncappedWatts, staticWatts));
        }
        if (staticWatts >= capWatts) {
            throw new IllegalArgumentException(
                    "no speed is slow enough: static power %.2f W is not below the cap of %.2f W"
                            .formatted(staticWatts, capWatts));
        }
    }

    /// Whether full speed exceeds the cap.
    public boolean throttled() {
        return uncappedWatts > capWatts;
    }

    /// Factor by which time is stretched so that the power falls to the cap; 1 when it does not exceed it. Only the
    /// dynamic power falls as time grows: `(uncapped - static) / (cap - static)`.
    public double slowdown() {
        return throttled() ? (uncappedWatts - staticWatts) / (capWatts - staticWatts) : 1;
    }

    /// Power of the run as it is.
    public double watts() {
        return Math.min(uncappedWatts, capWatts);
    }
}
