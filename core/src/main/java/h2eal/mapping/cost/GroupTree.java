package h2eal.mapping.cost;

import h2eal.hardware.Accelerator;
import h2eal.hardware.Mesh;
import java.util.ArrayList;
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
        List<Integer> order = new ArrayList<>(tiles.size());
        order(tiles, root, order);
        return order;
    }

    private void order(List<Integer> tiles, int root, List<Integer> order) {
        int count = tiles.size();
        if (count == 1) {
            order.add(root);
            return;
        }
        int half = Integer.highestOneBit(count - 1);
        boolean rootFirst = tiles.indexOf(root) < half;
        List<Integer> near = rootFirst ? tiles.subList(0, half) : tiles.subList(count - half, count);
        List<Integer> far = rootFirst ? tiles.subList(half, count) : tiles.subList(0, count - half);
        if (!near.contains(root)) {
            throw new IllegalArgumentException("tile %d is not of the group %s".formatted(root, tiles));
        }
        order(near, root, order);
        int second = far.getFirst();
        for (int tile : far) {
            second = hops(tile, root) < hops(second, root) ? tile : second;
        }
        order(far, second, order);
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
