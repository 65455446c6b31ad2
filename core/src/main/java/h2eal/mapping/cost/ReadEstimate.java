package h2eal.mapping.cost;

import h2eal.attention.HeadRead;
import h2eal.hardware.Accelerator;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.KvLayout;
import java.util.Arrays;
import java.util.List;

/// The attention of one layer for what was actually read, by the same closed forms as the schedule's estimate. The
/// schedule expects every tile to serve its share; selected pages may crowd into few banks, and their rows may be read
/// in part. Groups and layout stay; only the part of each tile is taken anew.
public final class ReadEstimate {

    private final LayerCost cost;
    private final Accelerator accelerator;
    private final BankStream stream;
    /// Streaming cycles of every bank for the head being read, tile by tile.
    private final double[] bankCycles;
    /// Streaming cycles of every tile for the heads before it.
    private final double[] streamCycles;
    /// Units of every tile.
    private final double[] units;

    private ReadEstimate(LayerCost cost) {
        this.cost = cost;
        this.accelerator = cost.attention().accelerator();
        this.stream = new BankStream(accelerator.bank());
        this.bankCycles =
                new double[accelerator.mesh().tiles() * accelerator.tile().banks()];
        this.streamCycles = new double[accelerator.mesh().tiles()];
        this.units = new double[accelerator.mesh().tiles()];
    }

    /// Cycles of the attention phase.
    ///
    /// @param cost the layer, as it was scheduled
    /// @param groups the schedule's groups
    /// @param reads what each head reads, in the order of the groups
    /// @param layer number of the layer in `layout`
    public static double attentionCycles(
            LayerCost cost, List<HeadGroup> groups, List<HeadRead> reads, int layer, KvLayout layout) {
        ReadEstimate estimate = new ReadEstimate(cost);
        for (int head = 0; head < groups.size(); head++) {
            layout.readTokens(layer, groups.get(head).head(), reads.get(head).tokens(), estimate::read);
            estimate.endHead();
        }
        return cost.attention().makespanCycles(groups, estimate.tileCycles());
    }

    /// Rows of one bank after another: a piece of a row costs what a stream of such pieces would.
    private void read(int tile, int bank, int row, int column, int bytes) {
        bankCycles[tile * accelerator.tile().banks() + bank] += stream.rowCycles(bytes);
        units[tile] += (double) bytes / (accelerator.bank().rowBytes());
    }

    /// A tile reads one head after the other, so the fullest bank of each head counts.
    private void endHead() {
        int banks = accelerator.tile().banks();
        for (int tile = 0; tile < streamCycles.length; tile++) {
            double fullest = 0;
            for (int bank = 0; bank < banks; bank++) {
                fullest = Math.max(fullest, bankCycles[tile * banks + bank]);
            }
            streamCycles[tile] += fullest;
        }
        Arrays.fill(bankCycles, 0);
    }

    private double[] tileCycles() {
        double[] cycles = new double[units.length];
        for (int tile = 0; tile < cycles.length; tile++) {
            cycles[tile] = units[tile] == 0 ? 0 : cost.attention().cost().tileCycles(streamCycles[tile], units[tile]);
        }
        return cycles;
    }
}
