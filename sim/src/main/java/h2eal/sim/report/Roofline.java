package h2eal.sim.report;

/// The least time any mapping could take on the same hardware.
///
/// @param memoryCycles bytes over the peak of all banks
/// @param computeCycles multiply-accumulates over the peak of all tiles
/// @param cycles the simulated time
public record Roofline(double memoryCycles, double computeCycles, long cycles) {

    public Roofline {
        if (cycles < Math.max(memoryCycles, computeCycles) * (1 - 1e-9)) {
            throw new IllegalStateException(
                    "faster than the hardware allows: %d cycles, bounds %.1f (memory), %.1f (compute)"
                            .formatted(cycles, memoryCycles, computeCycles));
        }
    }

    /// The larger of both bounds.
    public double boundCycles() {
        return Math.max(memoryCycles, computeCycles);
    }

    /// Simulated time over the bound; 1 is perfect.
    public double distance() {
        return cycles / boundCycles();
    }
}
