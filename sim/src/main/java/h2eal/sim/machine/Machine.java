package h2eal.sim.machine;

import h2eal.hardware.Accelerator;
import h2eal.sim.dram.BankEngine;
import h2eal.sim.dram.DramCounts;
import h2eal.sim.dram.EngineKind;
import h2eal.sim.energy.ActionCounts;
import h2eal.sim.noc.Network;
import h2eal.sim.report.BankTime;
import h2eal.sim.tile.TilePipeline;
import h2eal.sim.tile.TileRates;
import h2eal.sim.timeline.Timeline;
import h2eal.sim.timeline.TimelineEvent;
import h2eal.sim.timeline.Track;
import java.util.Map;
import java.util.stream.IntStream;

/// The accelerator while it runs one decode step: the state of every bank, tile and link. One thread, one step.
public final class Machine {

    private final Accelerator accelerator;
    private final TileRates rates;
    private final int banksPerTile;
    private final BankEngine[] banks;
    private final BankEngine lockStepBank;
    private final TilePipeline[] tiles;
    private final Network network;
    private final Timeline timeline;

    /// An idle machine at cycle 0.
    public Machine(Accelerator accelerator, EngineKind kind, Timeline timeline) {
        this.accelerator = accelerator;
        this.rates = new TileRates(accelerator);
        this.banksPerTile = accelerator.tile().banks();
        this.banks = IntStream.range(0, accelerator.banks())
                .mapToObj(bank -> kind.engine(accelerator.bank()))
                .toArray(BankEngine[]::new);
        this.lockStepBank = kind.engine(accelerator.bank());
        this.tiles = IntStream.range(0, accelerator.mesh().tiles())
                .mapToObj(tile -> new TilePipeline(accelerator.tile().streamBytes(), accelerator.chunkBytes()))
                .toArray(TilePipeline[]::new);
        this.network = new Network(accelerator, timeline);
        this.timeline = timeline;
    }

    public Accelerator accelerator() {
        return accelerator;
    }

    public TileRates rates() {
        return rates;
    }

    public Network network() {
        return network;
    }

    public Timeline timeline() {
        return timeline;
    }

    /// Number of tiles.
    public int tiles() {
        return tiles.length;
    }

    /// Number of banks under each tile.
    public int banksPerTile() {
        return banksPerTile;
    }

    /// One tile.
    public TilePipeline tile(int tile) {
        return tiles[tile];
    }

    /// The bank that stands for all while they stream their shards of a weight matrix: shards are equal, and nothing
    /// else runs. The banks of the KV cache are engines of their own; switching between both opens a new row in either.
    public BankEngine lockStepBank() {
        return lockStepBank;
    }

    /// A bank of the KV cache.
    public BankEngine bank(int tile, int bank) {
        return banks[tile * banksPerTile + bank];
    }

    /// Everything the banks of the KV cache did so far.
    public DramCounts cacheCounts() {
        DramCounts sum = DramCounts.NONE;
        for (BankEngine bank : banks) {
            sum = sum.plus(bank.counts());
        }
        return sum;
    }

    /// Cycles so far in which each bank of the KV cache moved bytes.
    public double[] cacheBusyCycles() {
        double[] busy = new double[banks.length];
        for (int bank = 0; bank < busy.length; bank++) {
            busy[bank] = banks[bank].counts().busyCycles();
        }
        return busy;
    }

    /// DRAM actions among `counts`, `scale` times.
    public ActionCounts dramActions(DramCounts counts, double scale) {
        long burst = accelerator.bank().burstBytes();
        return new ActionCounts(
                Math.round(counts.activations() * scale),
                Math.round(counts.columnReads() * burst * scale),
                Math.round(counts.columnWrites() * burst * scale),
                0,
                0,
                Map.of(),
                0,
                0,
                0,
                0);
    }

    /// Splits `total` bank-cycles: what `counts` explain (`scale` times), what computing held back, and the rest.
    ///
    /// @param restIsNetwork whether the rest waited for the network rather than for other tiles
    public BankTime bankTime(DramCounts counts, double scale, double total, double compute, boolean restIsNetwork) {
        double transfer = counts.busyCycles() * scale;
        double rows = (counts.rowTurnaroundCycles() + counts.busTurnaroundCycles()) * scale;
        double refresh = counts.refreshCycles() * scale;
        double left = Math.max(0, total - transfer - rows - refresh);
        double held = Math.min(compute, left);
        return new BankTime(
                transfer, rows, refresh, held, restIsNetwork ? left - held : 0, restIsNetwork ? 0 : left - held);
    }

    /// Tells the timeline what a unit did.
    public void event(Track.Kind kind, String track, String name, double start, double end) {
        if (timeline.isOn() && end > start) {
            timeline.accept(new TimelineEvent(new Track(kind, track), name, start, end - start));
        }
    }
}
