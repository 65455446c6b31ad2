package h2eal.mapping;

import java.util.List;

/// Where the attention of one layer runs, with its certificate. Cycles are averages over decode steps: the attention
/// of every step plus the selection of a refresh step divided by the interval between two of them.
///
/// @param groups one tile group per head: who attends its tokens
/// @param scoring one tile group per head, in the same order: who scores its key summaries, tiles in the order in
///     which lists of candidates travel; the head's own group where it has none
/// @param makespanCycles estimated cycles until the last tile has merged
/// @param lowerBoundCycles no schedule of the same work can be faster
/// @param utilisation total work / (tiles x makespan)
/// @param mergeShare share of the makespan spent merging partials
public record TileSchedule(
        List<HeadGroup> groups,
        List<HeadGroup> scoring,
        double makespanCycles,
        double lowerBoundCycles,
        double utilisation,
        double mergeShare) {

    public TileSchedule {
        groups = List.copyOf(groups);
        scoring = List.copyOf(scoring);
        if (groups.size() != scoring.size()) {
            throw new IllegalArgumentException(
                    "one scoring group per head: %d heads, %d scoring groups".formatted(groups.size(), scoring.size()));
        }
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
