package h2eal.mapping.cost;

import java.util.List;

/// What the merges of all heads of a phase ask of each tile. A tile works for its heads one after the other, so what it
/// sends for one head leaves while it works for the next. What it merges comes in when the other tiles of that head are
/// done, which may be at the end; so a head may find a tile merging one other head.
/// Mutable; lives only while one schedule is judged.
final class Traffic {

    private final PhaseCost cost;
    private final GroupTree tree;
    /// Of each tile, the longest and the second longest time it receives for one head.
    private final double[] longest;

    private final double[] second;

    Traffic(LayerPhase phase) {
        this.cost = phase.cost();
        this.tree = new GroupTree(phase.accelerator());
        this.longest = new double[phase.tiles()];
        this.second = new double[phase.tiles()];
    }

    /// Adds the messages of one head with an ordered tile group.
    void add(List<Integer> tiles) {
        for (int i = 0; i < tiles.size(); i++) {
            int tile = tiles.get(i);
            double cycles = receivingCycles(i, tiles.size());
            second[tile] = Math.max(second[tile], Math.min(cycles, longest[tile]));
            longest[tile] = Math.max(longest[tile], cycles);
        }
    }

    /// Cycles a head with this group, already added, may wait where its tiles merge another head. Tiles that only send
    /// do not wait.
    double delayCycles(List<Integer> tiles) {
        double delay = 0;
        for (int i = 0; i < tiles.size(); i += 2) {
            int tile = tiles.get(i);
            boolean ownIsLongest = receivingCycles(i, tiles.size()) >= longest[tile];
            delay = Math.max(delay, ownIsLongest ? second[tile] : longest[tile]);
        }
        return tiles.size() == 1 ? 0 : delay;
    }

    private double receivingCycles(int index, int tiles) {
        return tree.receivingCycles(index, tiles, cost.partialBytes(), cost.combineCycles());
    }
}
