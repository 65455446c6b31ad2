package h2eal.mapping.balance;

import h2eal.mapping.HeadGroup;
import h2eal.mapping.cost.LayerPhase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Fills the tiles with heads along a snake, McNaughton's wrap-around rule (1959) with overheads: a head takes what is
/// left of the current tile and as many following tiles as it needs to be done, merge included, within a given
/// makespan.
/// So every tile group is a run of the snake, at most one head is cut between two tiles, and no tile idles but the
/// last.
final class SnakeFill {

    private final LayerPhase phase;
    private final SnakeRuns runs;

    SnakeFill(LayerPhase phase, SnakeRuns runs) {
        this.phase = phase;
        this.runs = runs;
    }

    /// The units of one head on consecutive tiles of the snake.
    private record Segment(int head, int start, long[] parts) {}

    /// Groups of every head with a makespan of at most `makespan`; empty if the rule finds none.
    ///
    /// @param order heads in the order of filling
    /// @param leastPart a head starts on a tile only if at least so many of its units fit
    Optional<List<HeadGroup>> fill(List<Integer> order, double makespan, long leastPart) {
        List<Segment> segments = new ArrayList<>(order.size());
        int tile = 0;
        long used = 0;
        double slack = makespan;
        for (int head : order) {
            long units = phase.units().get(head);
            long left = used == 0 ? Long.MAX_VALUE : capacity(slack) - used;
            if (left < Math.min(units, leastPart)) {
                tile++;
                used = 0;
                slack = makespan;
            }
            Optional<Segment> segment = segment(head, tile, used, slack, makespan);
            if (segment.isEmpty()) {
                return Optional.empty();
            }
            segments.add(segment.get());
            long[] parts = segment.get().parts();
            double remaining = makespan - runs.run(tile, parts.length).overheadCycles();
            used = parts.length == 1 ? used + parts[0] : parts[parts.length - 1];
            slack = parts.length == 1 ? Math.min(slack, remaining) : remaining;
            tile += parts.length - 1;
        }
        return Optional.of(groups(segments));
    }

    /// The shortest run from `tile` on that holds a head.
    ///
    /// @param used units already on the first tile
    /// @param slack cycles the first tile may work, given the heads it has
    private Optional<Segment> segment(int head, int tile, long used, double slack, double makespan) {
        long units = phase.units().get(head);
        for (int length = leastTiles(units - capacity(slack) + used, makespan);
                tile + length <= phase.tiles();
                length++) {
            double cycles = makespan - runs.run(tile, length).overheadCycles();
            if (cycles <= 0) {
                return Optional.empty();
            }
            long capacity = capacity(cycles);
            long first = capacity(Math.min(cycles, slack)) - used;
            if (first > 0 && first + (length - 1) * capacity >= units) {
                long[] parts = new long[length];
                Arrays.fill(parts, capacity);
                parts[0] = Math.min(first, units);
                if (length > 1) {
                    parts[length - 1] = units - first - (length - 2) * capacity;
                }
                return Optional.of(new Segment(head, tile, parts));
            }
        }
        return Optional.empty();
    }

    /// Fewest tiles of a run of which all but the first must hold `units` units.
    private int leastTiles(long units, double makespan) {
        return units <= 0 ? 1 : (int) Math.min(phase.tiles(), 1 + Math.ceilDiv(units, capacity(makespan)));
    }

    private long capacity(double cycles) {
        return cycles <= 0 ? 0 : phase.cost().unitsWithin(cycles);
    }

    private List<HeadGroup> groups(List<Segment> segments) {
        HeadGroup[] groups = new HeadGroup[phase.heads().size()];
        // Heads without work need no more than an address.
        Arrays.setAll(groups, head -> HeadGroup.single(phase.heads().get(head), head % phase.tiles()));
        for (Segment segment : segments) {
            List<Integer> tiles =
                    runs.run(segment.start(), segment.parts().length).tiles();
            double units = phase.units().get(segment.head());
            List<Double> shares = tiles.stream()
                    .map(tile -> segment.parts()[runs.position(tile) - segment.start()] / units)
                    .toList();
            groups[segment.head()] = new HeadGroup(phase.heads().get(segment.head()), tiles, shares);
        }
        return Arrays.asList(groups);
    }
}
