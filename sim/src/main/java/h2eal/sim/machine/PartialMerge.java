package h2eal.sim.machine;

import h2eal.mapping.KvFormat;
import h2eal.mapping.cost.MergeStep;
import h2eal.mapping.cost.PartialHalving;
import h2eal.sim.noc.Collectives;
import h2eal.sim.tile.TileWork;
import java.util.List;

/// The merge of softmax partials over the tiles of a group, and what it costs. The maximum and the sum of every query
/// head lead each message, so that both scales are known while the outputs arrive, each flit scaled and added.
public final class PartialMerge {

    private static final int ACTIVATION_BYTES = 2;
    /// Maximum and sum of one query head, as F32.
    private static final int SOFTMAX_BYTES = 8;

    private final Machine machine;
    private final KvFormat format;
    private final Actions actions;
    private final PartialHalving halving;

    /// Merges on `machine` of partials of heads stored as `format` says.
    public PartialMerge(Machine machine, KvFormat format) {
        this.machine = machine;
        this.format = format;
        this.actions = new Actions(format.precision());
        this.halving = PartialHalving.of(outputs(0) * ACTIVATION_BYTES, machine.accelerator(), this::step);
    }

    private MergeStep step(int halvings) {
        TileWork combine = combine(halvings);
        double body = machine.network().bodyCycles(outputs(halvings) * ACTIVATION_BYTES);
        double flitShare = machine.rates().cycles(combine) * machine.network().bodyCycles(1) / body;
        return new MergeStep(
                outputs(halvings) * ACTIVATION_BYTES + (long) format.queryHeads() * SOFTMAX_BYTES,
                cyclesOf(combine),
                Math.max(flitShare, cyclesOf(combine) - body));
    }

    /// Outputs of all query heads that are left after some halvings.
    private long outputs(int halvings) {
        return Math.ceilDiv((long) format.queryHeads() * format.headSize(), 1L << halvings);
    }

    /// Both partials are scaled: two exponentials per head.
    private TileWork combine(int halvings) {
        return TileWork.compute(format.precision(), 2 * outputs(halvings), 2L * format.queryHeads());
    }

    /// Merges the partials of one head.
    ///
    /// @param ready cycle at which each tile has its partial
    /// @return cycle at which the last tile has divided its part of the outputs
    public double merge(double[] ready, List<Integer> tiles) {
        double merged = Collectives.reduceHalving(machine.network(), ready, tiles, halving);
        int power = Integer.highestOneBit(ready.length);
        int halvings = halving.halvings();
        actions.computed(combine(0), ready.length - power);
        for (int round = 1; 1 << round <= power; round++) {
            actions.computed(combine(Math.min(round, halvings)), power >> Math.max(0, round - halvings));
        }
        int holders = halving.holders(ready.length);
        TileWork divide = TileWork.compute(
                format.precision(), outputs(Integer.numberOfTrailingZeros(holders)), format.queryHeads());
        actions.computed(divide, holders);
        return merged + cyclesOf(divide);
    }

    /// How many of `tiles` tiles hold equal parts of the outputs in the end: the first ones.
    public int holders(int tiles) {
        return halving.holders(tiles);
    }

    /// What all merges so far took.
    public Actions actions() {
        return actions;
    }

    private double cyclesOf(TileWork work) {
        return machine.rates().cycles(work) + machine.rates().drainCycles(work);
    }
}
