package h2eal.mapping;

import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// The tile group of one head: the tiles that share its attention, and how much of it each serves.
///
/// @param tiles tiles of the group, the root (where partials are merged) first
/// @param shares each tile's share of the head's tokens; positive, sums to 1
public record HeadGroup(HeadId head, List<Integer> tiles, List<Double> shares) {

    public HeadGroup {
        Objects.requireNonNull(head, "head");
        tiles = List.copyOf(tiles);
        shares = List.copyOf(shares);
        if (tiles.isEmpty() || tiles.size() != shares.size()) {
            throw new IllegalArgumentException(
                    "a group has one share per tile: %d tiles, %d shares".formatted(tiles.size(), shares.size()));
        }
        double sum = 0;
        for (double share : shares) {
            if (!(share > 0)) {
                throw new IllegalArgumentException("shares must be positive: " + shares);
            }
            sum += share;
        }
        if (Math.abs(sum - 1) > 1e-9) {
            throw new IllegalArgumentException("shares must sum to 1: %s of %s".formatted(sum, head));
        }
        BitSet seen = new BitSet();
        for (int tile : tiles) {
            if (tile < 0 || seen.get(tile)) {
                throw new IllegalArgumentException("a tile is negative or listed twice: " + tiles);
            }
            seen.set(tile);
        }
    }

    /// A head that one tile serves alone.
    public static HeadGroup single(HeadId head, int tile) {
        return new HeadGroup(head, List.of(tile), List.of(1.0));
    }

    /// A head spread evenly over the tiles `0 .. tiles - 1`, with tile `root` first.
    public static HeadGroup everywhere(HeadId head, int root, int tiles) {
        return new HeadGroup(
                head,
                IntStream.range(0, tiles).mapToObj(i -> (root + i) % tiles).toList(),
                IntStream.range(0, tiles).mapToObj(i -> 1.0 / tiles).toList());
    }

    /// The tile that holds the query and merges the partials.
    public int root() {
        return tiles.getFirst();
    }
}
