package h2eal.mapping.cost;

import java.util.List;

/// What the merges of all heads of a phase ask of each tile: one link out, and one link in with the unit that merges.
/// Mutable; lives only while one schedule is judged.
final class Traffic {

    private final PhaseCost cost;
    private final GroupTree tree;
    private final double[] sending;
    private final double[] receiving;

    Traffic(LayerPhase phase) {
        this.cost = phase.cost();
        this.tree = new GroupTree(phase.accelerator());
        this.sending = new double[phase.tiles()];
        this.receiving = new double[phase.tiles()];
    }

    /// Adds the messages of one head with an ordered tile group.
    void add(List<Integer> tiles) {
        for (int i = 0; i < tiles.size(); i++) {
            sending[tiles.get(i)] += sendingCycles(i);
            receiving[tiles.get(i)] += receivingCycles(i, tiles.size());
        }
    }

    /// Cycles a head with this group, already added, may wait for messages of other heads: on tiles that only send for
    /// what they send, on tiles that merge for what they merge too.
    double delayCycles(List<Integer> tiles) {
        double delay = 0;
        for (int i = 0; i < tiles.size(); i++) {
            int tile = tiles.get(i);
            double out = sending[tile] - sendingCycles(i);
            double in = receiving[tile] - receivingCycles(i, tiles.size());
            delay = Math.max(delay, i % 2 == 1 ? out : Math.max(in, out));
        }
        return delay;
    }

    private double sendingCycles(int index) {
        return tree.sendingCycles(index, cost.partialBytes());
    }

    private double receivingCycles(int index, int tiles) {
        return tree.receivingCycles(index, tiles, cost.queryBytes(), cost.partialBytes(), cost.combineCycles());
    }
}
