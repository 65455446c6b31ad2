package h2eal.mapping;

import java.util.List;
import java.util.Objects;

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
    }

    /// The tile that holds the query and merges the partials.
    public int root() {
        return tiles.getFirst();
    }
}
