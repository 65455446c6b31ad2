package h2eal.sim.step;

import h2eal.mapping.HeadGroup;
import h2eal.mapping.KvFormat;
import h2eal.mapping.KvLayout;
import h2eal.model.ModelShape;
import h2eal.sim.deployment.Deployment;
import h2eal.sim.dram.Access;
import h2eal.sim.dram.DramCounts;
import h2eal.sim.machine.Actions;
import h2eal.sim.machine.Machine;
import h2eal.sim.machine.PhaseCost;
import h2eal.sim.machine.Tally;
import h2eal.sim.report.BankTime;
import h2eal.sim.report.Phase;
import h2eal.sim.tile.TileWork;
import java.util.List;

/// From the query, key and value slices that the tiles have computed to a cache that holds the new token: every head's
/// slices go to the root of its group, which rotates query and key; K and V go to the bank the layout names, with the
/// key summary they update. The open summary of a head stays in the SRAM of its root and is written through.
final class AppendPhase {

    private static final int ACTIVATION_BYTES = 2;

    private final Machine machine;
    private final ModelShape model;
    private final KvFormat format;
    private final KvLayout layout;
    private final Tally tally;

    AppendPhase(Machine machine, Deployment deployment, Tally tally) {
        this.machine = machine;
        this.model = deployment.model();
        this.format = deployment.cache();
        this.layout = deployment.layout();
        this.tally = tally;
    }

    /// Appends the newest token of every sequence to all heads of one layer.
    ///
    /// @param tokens position of the newest token of each sequence
    /// @return cycle at which every head may attend
    double run(int layer, double start, List<HeadGroup> groups, int[] tokens) {
        long hops = machine.network().hopBytes();
        DramCounts before = machine.cacheCounts();
        Actions actions = new Actions(format.precision());
        long rotated = (long) (format.queryHeads() + 1) * format.headSize();
        TileWork rotate = TileWork.compute(format.precision(), 2 * rotated, 0);
        TileWork summarise = TileWork.select(format.precision(), 2L * format.headSize(), 0);
        double rotateCycles = machine.rates().cycles(rotate) + machine.rates().cycles(summarise);
        double end = start;
        for (HeadGroup group : groups) {
            double ready = collect(group, start) + rotateCycles;
            actions.computed(rotate);
            actions.computed(summarise);
            end = Math.max(end, write(layer, group, tokens[group.head().sequence()], ready));
        }
        end = Math.ceil(end);
        actions.sent(machine.network().hopBytes() - hops);
        charge(end - start, machine.cacheCounts().minus(before), actions);
        return end;
    }

    /// The query heads of a group and its key and value are consecutive outputs of one matrix, split evenly over tiles.
    private double collect(HeadGroup group, double start) {
        long numbers = (long) (format.queryHeads() + 2) * format.headSize();
        long perTile = Math.ceilDiv(numbers * model.kvHeads(), (long) machine.tiles());
        long from = group.head().kvHead() * numbers;
        double ready = start;
        for (long at = from; at < from + numbers; ) {
            long tile = at / perTile;
            long to = Math.min((tile + 1) * perTile, from + numbers);
            double arrival = machine.network().send(start, (int) tile, group.root(), (to - at) * ACTIVATION_BYTES);
            ready = Math.max(ready, arrival);
            at = to;
        }
        return ready;
    }

    private double write(int layer, HeadGroup group, int token, double ready) {
        double[] done = {ready};
        layout.append(layer, group.head(), token, (tile, bank, row, column, bytes) -> {
            double arrival = machine.network().send(ready, group.root(), tile, bytes);
            long written = machine.bank(tile, bank).access(Access.WRITE, row, column, bytes, (long) Math.ceil(arrival));
            done[0] = Math.max(done[0], written);
        });
        return done[0];
    }

    private void charge(double cycles, DramCounts done, Actions actions) {
        BankTime time = machine.bankTime(done, 1, cycles * machine.accelerator().banks(), 0, true);
        tally.add(
                Phase.APPEND,
                new PhaseCost(cycles, done.bytes(), machine.dramActions(done, 1).plus(actions.counts()), time));
    }
}
