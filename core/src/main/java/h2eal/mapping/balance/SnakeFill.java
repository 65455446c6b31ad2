package h2eal.mapping.balance;

import h2eal.mapping.HeadGroup;
import h2eal.mapping.cost.LayerPhase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Fills the tiles with heads along a snake, McNaughton's wrap-around rule (1959) with overheads: a head takes what is
/// left of the current tile and as many following tiles as it needs to be done, merge included, within a given
/// makespan. So every tile group is a run of the snake, at most one head is cut between two tiles, and no tile idles
/// but the last.
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
        return new Filling(makespan, 0).addAll(order, leastPart, segments)
                ? Optional.of(groups(segments))
                : Optional.empty();
    }

    /// As [#fill], but in two turns: the long heads leave room on every tile, and the short ones share it. So all tiles
    /// serve both, and while a long head selects its pages they attend for a short one.
    ///
    /// @param reserve units of every tile that long heads leave
    Optional<List<HeadGroup>> fillTwice(
            List<Integer> longHeads, List<Integer> shortHeads, double makespan, long reserve) {
        List<Segment> segments = new ArrayList<>();
        Filling filling = new Filling(makespan, reserve);
        boolean placed = filling.addAll(longHeads, 1, segments);
        filling.startOver();
        return placed && filling.addAll(shortHeads, 1, segments) ? Optional.of(groups(segments)) : Optional.empty();
    }

    /// The tiles while they are filled. Mutable.
    private final class Filling {

        private final double makespan;
        private long reserve;
        private int tile;
        /// Units each tile has, and the cycles it may work, given its heads.
        private final long[] used = new long[phase.tiles()];

        private final double[] slack = new double[phase.tiles()];

        Filling(double makespan, long reserve) {
            this.makespan = makespan;
            this.reserve = reserve;
            Arrays.fill(slack, makespan);
        }

        /// Back to the first tile; nothing is reserved any more.
        void startOver() {
            tile = 0;
            reserve = 0;
        }

        /// Gives the heads what they need, one after the other; false if there is too little.
        boolean addAll(List<Integer> heads, long leastPart, List<Segment> segments) {
            return heads.stream().allMatch(head -> add(head, leastPart, segments));
        }

        /// Gives a head what it needs from the current tile on; false if there is too little.
        private boolean add(int head, long leastPart, List<Segment> segments) {
            long units = phase.units().get(head);
            while (tile < used.length && used[tile] > 0 && room(tile, slack[tile]) < Math.min(units, leastPart)) {
                tile++;
            }
            if (tile == used.length) {
                return false;
            }
            Optional<long[]> parts = parts(units);
            parts.ifPresent(found -> {
                segments.add(new Segment(head, tile, found));
                take(found);
            });
            return parts.isPresent();
        }

        /// The shortest run from the current tile on that holds `units` units.
        private Optional<long[]> parts(long units) {
            for (int length = leastTiles(units); tile + length <= used.length; length++) {
                double cycles = makespan - runs.run(tile, length).overheadCycles();
                if (cycles <= 0) {
                    return Optional.empty();
                }
                long[] parts = new long[length];
                long left = units;
                for (int i = 0; i < length; i++) {
                    parts[i] = Math.clamp(room(tile + i, Math.min(cycles, slack[tile + i])), 0, left);
                    left -= parts[i];
                }
                if (left == 0 && parts[0] > 0 && parts[length - 1] > 0) {
                    return Optional.of(parts);
                }
            }
            return Optional.empty();
        }

        /// Fewest tiles from the current one on that have room for `units` units, the head's own overhead left out.
        private int leastTiles(long units) {
            long left = units;
            int length = 0;
            while (left > 0 && tile + length < used.length) {
                left -= Math.max(0, room(tile + length, slack[tile + length]));
                length++;
            }
            return left > 0 ? length + 1 : length;
        }

        private void take(long[] parts) {
            double remaining = makespan - runs.run(tile, parts.length).overheadCycles();
            for (int i = 0; i < parts.length; i++) {
                used[tile + i] += parts[i];
                slack[tile + i] = Math.min(slack[tile + i], remaining);
            }
            tile += parts.length - 1;
        }

        private long room(int at, double cycles) {
            return capacity(cycles) - reserve - used[at];
        }
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
            List<Integer> serving = tiles.stream()
                    .filter(tile -> segment.parts()[runs.position(tile) - segment.start()] > 0)
                    .toList();
            List<Double> shares = serving.stream()
                    .map(tile -> segment.parts()[runs.position(tile) - segment.start()] / units)
                    .toList();
            groups[segment.head()] = new HeadGroup(phase.heads().get(segment.head()), serving, shares);
        }
        return Arrays.asList(groups);
    }
}
