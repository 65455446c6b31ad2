package h2eal.mapping;

import java.util.List;

/// Where the attention of one layer runs, with its certificate.
///
/// @param groups one tile group per head
/// @param makespanCycles estimated cycles until the last tile has merged
/// @param lowerBoundCycles no schedule of the same work can be faster
/// @param utilisation total work / (tiles x makespan)
/// @param mergeShare share of the makespan spent merging partials
public record TileSchedule(
        List<HeadGroup> groups, double makespanCycles, double lowerBoundCycles, double utilisation, double mergeShare) {

    public TileSchedule {
        groups = List.copyOf(groups);
        if (makespanCycles < lowerBoundCycles * (1 - 1e-9)) {
            throw new IllegalArgumentException(
                    "a makespan below its lower bound: %s < %s".formatted(makespanCycles, lowerBoundCycles));
        }
    }

    /// Relative distance to the lower bound; 0 is certified optimal.
    public double gap() {
        return lowerBoundCycles == 0 ? 0 : makespanCycles / lowerBoundCycles - 1;
    }
}
