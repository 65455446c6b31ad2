package h2eal.mapping.cost;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// What the merges of all heads of a phase ask of each tile. A tile works for its heads one after the other, short ones
/// first, so what it sends for one head leaves while it works for the next, and short heads are merged long before long
/// ones are. Heads of like size may end together: what a tile merges comes in when the other tiles of that head are
/// done, which may be at the end; so a head may find a tile merging one other head.
/// Mutable; lives only while one schedule is judged.
final class Traffic {

    /// Heads differ in size when one has more than so many times the units of the other.
    private static final int LIKE = 2;

    private final PhaseCost cost;
    private final GroupTree tree;
    /// The size class of each head.
    private final int[] classes;
    /// By class and tile, the longest and the second longest time the tile receives for one head.
    private final double[][] longest;

    private final double[][] second;

    Traffic(LayerPhase phase) {
        this.cost = phase.cost();
        this.tree = new GroupTree(phase.accelerator());
        this.classes = classes(phase.units());
        int count = Arrays.stream(classes).max().orElse(0) + 1;
        this.longest = new double[count][phase.tiles()];
        this.second = new double[count][phase.tiles()];
    }

    /// From the largest head on, a class holds all that are like its first.
    private static int[] classes(List<Long> units) {
        int[] classes = new int[units.size()];
        List<Integer> bySize = IntStream.range(0, classes.length)
                .boxed()
                .sorted((a, b) -> Long.compare(units.get(b), units.get(a)))
                .toList();
        int current = 0;
        long first = bySize.isEmpty() ? 0 : units.get(bySize.getFirst());
        for (int head : bySize) {
            if (units.get(head) * LIKE < first) {
                current++;
                first = units.get(head);
            }
            classes[head] = current;
        }
        return classes;
    }

    /// Adds the messages of one head with an ordered tile group.
    void add(int head, List<Integer> tiles) {
        double[] most = longest[classes[head]];
        double[] next = second[classes[head]];
        for (int i = 0; i < tiles.size(); i++) {
            int tile = tiles.get(i);
            double cycles = receivingCycles(i, tiles.size());
            next[tile] = Math.max(next[tile], Math.min(cycles, most[tile]));
            most[tile] = Math.max(most[tile], cycles);
        }
    }

    /// Cycles a head with this group, already added, may wait where its tiles merge another head. Tiles that only send
    /// do not wait.
    double delayCycles(int head, List<Integer> tiles) {
        double delay = 0;
        for (int i = 0; i < tiles.size(); i++) {
            int tile = tiles.get(i);
            double own = receivingCycles(i, tiles.size());
            if (own > 0) {
                double most = longest[classes[head]][tile];
                delay = Math.max(delay, own >= most ? second[classes[head]][tile] : most);
            }
        }
        return tiles.size() == 1 ? 0 : delay;
    }

    private double receivingCycles(int index, int tiles) {
        return cost.merging().receivingCycles(tree, index, tiles);
    }
}
