package h2eal.mapping.cost;

import h2eal.hardware.Accelerator;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.spread.Interleave;
import java.util.Arrays;
import java.util.List;

/// One phase of one layer as a scheduling problem: heads with whole units of work, identical tiles, and an overhead for
/// every head that grows with its tile group. A head is done when the last tile of its group has worked off *all* its
/// units (whatever head they belong to) and the group has merged, where its tiles may be merging another head; the
/// makespan is that of the last head.
///
/// @param heads heads in the order of the schedule
/// @param units units of each head
/// @param cost what a unit and a merge cost
/// @param accelerator the tiles
public record LayerPhase(List<HeadId> heads, List<Long> units, PhaseCost cost, Accelerator accelerator) {

    /// Bisections of a makespan stop at this relative width.
    private static final double PRECISION = 1e-4;

    public LayerPhase {
        heads = List.copyOf(heads);
        units = List.copyOf(units);
        if (heads.size() != units.size()) {
            throw new IllegalArgumentException(
                    "one number of units per head: %d heads, %d".formatted(heads.size(), units.size()));
        }
    }

    /// Number of tiles.
    public int tiles() {
        return accelerator.mesh().tiles();
    }

    /// Units of all heads.
    public long totalUnits() {
        return units.stream().mapToLong(Long::longValue).sum();
    }

    /// Cycles that all units keep one tile busy.
    public double workCycles() {
        return totalUnits() * cost.unitCycles();
    }

    /// Units of every tile under `groups`, one group per head.
    public long[] loads(List<HeadGroup> groups) {
        long[] loads = new long[tiles()];
        for (int head = 0; head < groups.size(); head++) {
            HeadGroup group = groups.get(head);
            int[] parts = Interleave.quotas(group.shares(), Math.toIntExact(units.get(head)));
            for (int i = 0; i < parts.length; i++) {
                loads[group.tiles().get(i)] += parts[i];
            }
        }
        return loads;
    }

    /// Cycles until the last head is merged, under `groups`.
    public double makespanCycles(List<HeadGroup> groups) {
        return slowest(groups, tileCycles(groups)).cycles();
    }

    /// As [#makespanCycles(List)], where the tiles work for other times than the shares say.
    ///
    /// @param tileCycles cycles each tile works for all its heads
    public double makespanCycles(List<HeadGroup> groups, double[] tileCycles) {
        return slowest(groups, tileCycles).cycles();
    }

    /// The part of [#makespanCycles] that is query and merge of the head that ends last.
    public double mergeCycles(List<HeadGroup> groups) {
        return slowest(groups, tileCycles(groups)).overhead();
    }

    /// A bound on [#makespanCycles]: the fullest tile alone, and of the other costs the least for groups of that size.
    double leastMakespanCycles(List<HeadGroup> groups) {
        GroupTree tree = new GroupTree(accelerator);
        double[] tileCycles = tileCycles(groups);
        double slowest = 0;
        for (int head = 0; head < groups.size(); head++) {
            if (units.get(head) > 0) {
                List<Integer> tiles = groups.get(head).tiles();
                slowest = Math.max(slowest, longest(tiles, tileCycles) + leastOverheadCycles(tree, tiles.size()));
            }
        }
        return slowest;
    }

    private double[] tileCycles(List<HeadGroup> groups) {
        return Arrays.stream(loads(groups)).mapToDouble(cost::tileCycles).toArray();
    }

    private record HeadTime(double cycles, double overhead) {}

    private HeadTime slowest(List<HeadGroup> groups, double[] tileCycles) {
        Traffic traffic = new Traffic(this);
        for (int head = 0; head < groups.size(); head++) {
            if (units.get(head) > 0) {
                traffic.add(head, groups.get(head).tiles());
            }
        }
        HeadTime slowest = new HeadTime(0, 0);
        for (int head = 0; head < groups.size(); head++) {
            if (units.get(head) > 0) {
                HeadTime time = headTime(head, groups.get(head).tiles(), tileCycles, traffic);
                slowest = time.cycles() > slowest.cycles() ? time : slowest;
            }
        }
        return slowest;
    }

    /// A head waits for the fullest of its tiles, and where its tiles merge other heads too, for these.
    private HeadTime headTime(int head, List<Integer> tiles, double[] tileCycles, Traffic traffic) {
        double overhead = overheadCycles(tiles) + traffic.delayCycles(head, tiles);
        return new HeadTime(longest(tiles, tileCycles) + overhead, overhead);
    }

    private static double longest(List<Integer> tiles, double[] tileCycles) {
        double longest = 0;
        for (int tile : tiles) {
            longest = Math.max(longest, tileCycles[tile]);
        }
        return longest;
    }

    /// Cycles to bring the query to an ordered group and to merge its partials.
    public double overheadCycles(List<Integer> tiles) {
        GroupTree tree = new GroupTree(accelerator);
        return tree.multicastCycles(tiles, cost.queryBytes()) + cost.merging().cycles(tree, tiles);
    }

    /// A bound on [#overheadCycles] for any group of exactly `tiles` tiles.
    public double leastOverheadCycles(int tiles) {
        return leastOverheadCycles(new GroupTree(accelerator), tiles);
    }

    private double leastOverheadCycles(GroupTree tree, int tiles) {
        return tree.leastMulticastCycles(tiles, cost.queryBytes())
                + cost.merging().leastCycles(tree, tiles);
    }

    /// No choice of groups has a smaller makespan.
    ///
    /// With makespan D, a tile that serves a head of a group of T tiles has at most `c(T) = unitsWithin(D - m(T))`
    /// units, m being the least overhead of a group of T or more. So a head of n units needs the smallest T with `T
    /// c(T) >= n`, or more, and uses up at least `n / c(T)` tiles; all heads together must not use up more than there
    /// are. The smallest D that passes is the bound. It covers total work, whole units, and the merges that splitting
    /// costs.
    public double lowerBoundCycles() {
        if (totalUnits() == 0) {
            return 0;
        }
        double[] overheads = leastOverheads();
        double low = 0;
        double high = cost.tileCycles(totalUnits());
        while (high - low > PRECISION * high) {
            double middle = (low + high) / 2;
            if (mayFit(middle, overheads)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return low;
    }

    /// By number of tiles, the least overhead of a group of at least as many.
    private double[] leastOverheads() {
        GroupTree tree = new GroupTree(accelerator);
        double[] least = new double[tiles() + 1];
        double smallest = Double.POSITIVE_INFINITY;
        for (int group = tiles(); group > 0; group--) {
            smallest = Math.min(smallest, leastOverheadCycles(tree, group));
            least[group] = smallest;
        }
        return least;
    }

    private boolean mayFit(double makespan, double[] overheads) {
        long[] capacity = new long[tiles() + 1];
        double used = 0;
        int reached = 0;
        for (long n : units) {
            if (n == 0) {
                continue;
            }
            int group = 1;
            while (group <= tiles()) {
                if (group > reached) {
                    capacity[group] = makespan > overheads[group] ? cost.unitsWithin(makespan - overheads[group]) : 0;
                    reached = group;
                }
                if (group * capacity[group] >= n) {
                    break;
                }
                group++;
            }
            if (group > tiles()) {
                return false;
            }
            used += (double) n / capacity[group];
        }
        return used <= tiles() + 1e-9;
    }
}
