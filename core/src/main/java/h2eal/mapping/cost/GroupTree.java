package h2eal.mapping.cost;

import h2eal.hardware.Accelerator;
import h2eal.hardware.Mesh;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The transfers of a tile group: the rounds that merge partials (indices i and i + 2^r in round r), and the multicast
/// that brings the query. [#order] numbers the tiles so that partners of early rounds, which exchange most, are near
/// each other on the mesh.
public final class GroupTree {

    private final Accelerator accelerator;

    public GroupTree(Accelerator accelerator) {
        this.accelerator = accelerator;
    }

    /// All tiles in the order of a snake: each next to its predecessor, so that any run of it is connected.
    public static List<Integer> snake(Mesh mesh) {
        List<Integer> snake = new ArrayList<>(mesh.tiles());
        for (int row = 0; row < mesh.rows(); row++) {
            for (int i = 0; i < mesh.columns(); i++) {
                snake.add(row * mesh.columns() + (row % 2 == 0 ? i : mesh.columns() - 1 - i));
            }
        }
        return snake;
    }

    /// Orders the tiles of a group so that the halves the tree joins in each round are neighbours; starts with `root`.
    ///
    /// @param tiles distinct tiles, each near its predecessor
    public List<Integer> order(List<Integer> tiles, int root) {
        int[] given = new int[tiles.size()];
        int first = given.length;
        for (int i = 0; i < given.length; i++) {
            given[i] = tiles.get(i);
            first = given[i] == root ? i : first;
        }
        int[] order = new int[given.length];
        order(given, 0, given.length, first, order, 0);
        Integer[] ordered = new Integer[given.length];
        Arrays.setAll(ordered, i -> order[i]);
        return List.of(ordered);
    }

    /// Orders the tiles `from` to `to`, exclusive, from the one at index `root` on, into `order` at `at`.
    private void order(int[] tiles, int from, int to, int root, int[] order, int at) {
        if (root < from || root >= to) {
            throw new IllegalArgumentException("no tile of the group %s is its root".formatted(Arrays.toString(tiles)));
        }
        int count = to - from;
        if (count == 1) {
            order[at] = tiles[root];
            return;
        }
        int half = Integer.highestOneBit(count - 1);
        boolean rootFirst = root < from + half;
        int split = rootFirst ? from + half : to - half;
        if (rootFirst) {
            order(tiles, from, split, root, order, at);
            order(tiles, split, to, nearest(tiles, split, to, tiles[root]), order, at + half);
        } else {
            order(tiles, split, to, root, order, at);
            order(tiles, from, split, nearest(tiles, from, split, tiles[root]), order, at + half);
        }
    }

    /// Index of the first of the tiles that is nearest to `root`.
    private int nearest(int[] tiles, int from, int to, int root) {
        int nearest = from;
        for (int i = from; i < to; i++) {
            nearest = hops(tiles[i], root) < hops(tiles[nearest], root) ? i : nearest;
        }
        return nearest;
    }

    /// Cycles until every tile of a group has what its first tile multicasts.
    public double multicastCycles(List<Integer> tiles, long bytes) {
        int farthest = 0;
        for (int tile : tiles) {
            farthest = Math.max(farthest, hops(tiles.getFirst(), tile));
        }
        return farthest == 0 ? 0 : sendCycles(farthest, bytes);
    }

    /// A bound on [#multicastCycles] for any group of `tiles` tiles.
    public double leastMulticastCycles(int tiles, long bytes) {
        return tiles == 1 ? 0 : sendCycles(leastRadius(tiles), bytes);
    }

    /// Fewest hops within which a tile can have `tiles - 1` others: r hops reach 2 r (r + 1) of them.
    static int leastRadius(int tiles) {
        int radius = 0;
        while (2 * radius * (radius + 1) + 1 < tiles) {
            radius++;
        }
        return radius;
    }

    private int hops(int from, int to) {
        return accelerator.mesh().hops(from, to);
    }

    /// Cycles of a message from one tile to another on an idle network.
    double sendCycles(int from, int to, long bytes) {
        return sendCycles(hops(from, to), bytes);
    }

    /// Cycles of a message over some hops.
    double sendCycles(int hops, long bytes) {
        double flits = Math.ceilDiv(bytes, accelerator.noc().flitBytes());
        return hops * accelerator.hopCycles() + flits / accelerator.logicCyclesPerCycle();
    }
}
