package h2eal.sim.step;

import h2eal.hardware.TileSpec;
import h2eal.model.ModelShape;
import h2eal.model.Precision;
import h2eal.sim.deployment.Deployment;
import h2eal.sim.deployment.WeightShards;
import h2eal.sim.dram.Access;
import h2eal.sim.dram.BankEngine;
import h2eal.sim.dram.DramCounts;
import h2eal.sim.machine.Actions;
import h2eal.sim.machine.Exchanges;
import h2eal.sim.machine.Machine;
import h2eal.sim.machine.PhaseCost;
import h2eal.sim.machine.Tally;
import h2eal.sim.report.BankTime;
import h2eal.sim.report.Phase;
import h2eal.sim.tile.TilePipeline;
import h2eal.sim.tile.TileWork;
import h2eal.sim.timeline.Track;
import java.util.List;
import java.util.function.DoubleSupplier;

/// The weight matrices of a step: every tile streams its shard from its own banks while it multiplies it with the
/// vectors of the batch, and the tiles exchange vectors before and after. Every method starts and ends with all tiles
/// in step and returns the cycle at which it ends.
final class Projections {

    private static final int ACTIVATION_BYTES = 2;
    private static final int SUM_BYTES = 4;
    private static final int CANDIDATE_BYTES = 8;

    private final Machine machine;
    private final ModelShape model;
    private final Precision type;
    private final int batch;
    private final WeightShards shards;
    private final Exchanges exchanges;
    private final Tally tally;
    private double busyPerTile;
    private double busyPerBank;

    /// Projections of `batch` vectors at a time: one per sequence of a decode step, one per token of a prefill chunk.
    Projections(
            Machine machine, Deployment deployment, WeightShards shards, Exchanges exchanges, Tally tally, int batch) {
        this.machine = machine;
        this.model = deployment.model();
        this.type = deployment.weights();
        this.batch = batch;
        this.shards = shards;
        this.exchanges = exchanges;
        this.tally = tally;
    }

    /// Query, key and value projections of the normalised residual stream.
    double qkv(int layer, double start) {
        long weights = model.attentionWeights() - (long) model.width() * model.queryHeads() * model.headSize();
        Matrix matrix = new Matrix(Phase.QKV, layer * shards.layerBytes(), shards.qkvBytes(), weights, batch);
        double filled = refill(normalise(Phase.QKV, start), tileShare(qkvOutputs()), model.width());
        return matrix(matrix, filled, TileWork.compute(type, 0, 0));
    }

    /// Attention outputs to all tiles, the output projection, and the sum to all tiles.
    ///
    /// @param outputs of each head, the tiles that hold equal parts of its outputs
    double output(int layer, List<List<Integer>> outputs, double start) {
        long headBytes = (long) model.groupSize() * model.headSize() * ACTIVATION_BYTES;
        double gathered =
                exchange(Phase.OUTPUT, start, () -> exchanges.broadcastFrom(machine, start, outputs, headBytes));
        long weights = (long) model.width() * model.queryHeads() * model.headSize();
        long base = layer * shards.layerBytes() + shards.qkvBytes();
        Matrix matrix = new Matrix(Phase.OUTPUT, base, shards.outputBytes(), weights, batch);
        double filled = refill(gathered, tileShare(model.width()), (long) model.queryHeads() * model.headSize());
        return spread(matrix(matrix, filled, TileWork.compute(type, 0, 0)));
    }

    /// Gate, up and down projections of the experts the batch uses, summed over tiles and sent to all of them.
    double feedForward(int layer, double start) {
        double experts = expectedExperts();
        double share = experts * model.ffnWidth() * model.width();
        long base = layer * shards.layerBytes() + shards.qkvBytes() + shards.outputBytes();
        long tileUnits = tileShare(model.ffnWidth());
        long vectors = (long) batch * model.activeExperts();
        // SiLU of the gate and its product with up; a tile needs no other tile's part for the down projection.
        TileWork gate = TileWork.compute(type, vectors * tileUnits, vectors * tileUnits);
        Matrix up = new Matrix(
                Phase.FEED_FORWARD,
                base,
                Math.round(experts * shards.gateUpBytes()),
                Math.round(2 * share),
                vectors / experts);
        Matrix down = new Matrix(
                Phase.FEED_FORWARD,
                base + up.bankBytes(),
                Math.round(experts * shards.downBytes()),
                Math.round(share),
                vectors / experts);
        double filled = refill(normalise(Phase.FEED_FORWARD, start), 2 * tileUnits, model.width());
        double multiplied = matrix(up, filled, gate);
        double summed = reduce(matrix(down, multiplied, TileWork.compute(type, 0, 0)));
        return spread(summed);
    }

    /// Output matrix, and the most likely token of every sequence at tile 0.
    double head(double start) {
        long base = model.layers() * shards.layerBytes();
        TileWork choose = TileWork.select(type, 0, batch * tileShare(model.vocabulary()));
        Matrix matrix = new Matrix(Phase.HEAD, base, shards.headBytes(), model.outputWeights(), batch);
        double filled = refill(normalise(Phase.HEAD, start), tileShare(model.vocabulary()), model.width());
        double chosen = matrix(matrix, filled, choose);
        return exchange(Phase.HEAD, chosen, () -> exchanges.gather(machine, chosen, (long) batch * CANDIDATE_BYTES));
    }

    /// Sends the parts of the residual stream that the tiles hold to all of them.
    double spread(double start) {
        long part = batch * tileShare(model.width()) * ACTIVATION_BYTES;
        return exchange(Phase.REDUCE, start, () -> exchanges.allGather(machine, start, part));
    }

    /// The inputs once more for every further pass over them. A tile whose SRAM holds all its inputs, or sums for all
    /// its outputs, needs one pass; otherwise it computes as many outputs at a time as it can sum up.
    private double refill(double start, long tileOutputs, long inputs) {
        TileSpec tile = machine.accelerator().tile();
        boolean inputsFit = batch * inputs * ACTIVATION_BYTES <= tile.inputBytes();
        long passes = inputsFit ? 1 : Math.ceilDiv(batch * tileOutputs * SUM_BYTES, (long) tile.outputBytes());
        long part = batch * tileShare(inputs) * ACTIVATION_BYTES;
        double now = start;
        for (long pass = 1; pass < passes; pass++) {
            double from = now;
            now = exchange(Phase.REDUCE, from, () -> exchanges.allGather(machine, from, part));
        }
        return now;
    }

    private long qkvOutputs() {
        return (model.queryHeads() + 2L * model.kvHeads()) * model.headSize();
    }

    /// Units of the tile that has most of them.
    private long tileShare(long units) {
        return Math.ceilDiv(units, (long) machine.tiles());
    }

    /// Experts that some token of the batch uses, when each token draws its experts evenly.
    private double expectedExperts() {
        double unused = Math.pow(1 - (double) model.activeExperts() / model.experts(), batch);
        return model.experts() * (1 - unused);
    }

    private double reduce(double start) {
        long bytes = (long) batch * model.width() * SUM_BYTES;
        TileWork add = TileWork.compute(type, Math.ceilDiv((long) batch * model.width(), machine.tiles()), 0);
        double addCycles = machine.rates().cycles(add);
        Actions actions = new Actions(type);
        actions.computed(add, (long) machine.tiles() * (machine.tiles() - 1));
        tally.add(Phase.REDUCE, new PhaseCost(0, 0, actions.counts(), BankTime.NONE));
        return exchange(Phase.REDUCE, start, () -> exchanges.reduceScatter(machine, start, bytes, addCycles));
    }

    /// Every tile normalises the whole vector: cheaper than to exchange sums of squares.
    private double normalise(Phase phase, double start) {
        TileWork norm = TileWork.compute(type, 2L * batch * model.width(), batch);
        double cycles = Math.ceil(machine.rates().cycles(norm) + machine.rates().drainCycles(norm));
        Actions actions = new Actions(type);
        actions.computed(norm, machine.tiles());
        double bankCycles = cycles * machine.accelerator().banks();
        busyPerTile += cycles;
        tally.add(phase, new PhaseCost(cycles, 0, actions.counts(), new BankTime(0, 0, 0, bankCycles, 0, 0)));
        return start + cycles;
    }

    /// A weight matrix as the banks hold it.
    ///
    /// @param firstByte where it begins in every bank
    /// @param bankBytes bytes in the fullest bank
    /// @param weights its weights, all tiles
    /// @param vectors vectors each weight is multiplied with
    private record Matrix(Phase phase, long firstByte, long bankBytes, long weights, double vectors) {}

    private double matrix(Matrix matrix, double start, TileWork after) {
        BankEngine bank = machine.lockStepBank();
        DramCounts before = bank.counts();
        double streamed = stream(bank, matrix, (long) start);
        DramCounts done = bank.counts().minus(before);

        long tileBytes = matrix.bankBytes() * machine.banksPerTile();
        long tileMacs = (long) Math.ceil(tileBytes * 8.0 / type.bits() * matrix.vectors());
        TileWork work = TileWork.compute(type, tileMacs, 0);
        TilePipeline tile = machine.tile(0);
        tile.idleUntil(start);
        double computed = tile.run(start, streamed, tileBytes, machine.rates().cycles(work));
        double end = Math.ceil(
                computed + machine.rates().cycles(after) + machine.rates().drainCycles(after));

        account(matrix, done, end - start, end - streamed, after);
        for (int each = 0; machine.timeline().isOn() && each < machine.tiles(); each++) {
            machine.event(Track.Kind.TILE, "tile " + each, matrix.phase().toString(), start, end);
            for (int below = 0; below < machine.banksPerTile(); below++) {
                String track = "tile %d bank %d".formatted(each, below);
                machine.event(Track.Kind.BANK, track, matrix.phase().toString(), start, streamed);
            }
        }
        return end;
    }

    private double stream(BankEngine bank, Matrix matrix, long start) {
        int rowBytes = machine.accelerator().bank().rowBytes();
        long rows = machine.accelerator().bank().rows();
        long at = matrix.firstByte();
        long end = at + matrix.bankBytes();
        long last = start;
        while (at < end) {
            int column = (int) (at % rowBytes);
            int bytes = (int) Math.min(rowBytes - column, end - at);
            last = bank.access(Access.READ, (int) (at / rowBytes % rows), column, bytes, start);
            at += bytes;
        }
        return last;
    }

    private void account(Matrix matrix, DramCounts done, double cycles, double held, TileWork after) {
        long bytes = type.bytes(matrix.weights());
        // Where the tiles do not divide a matrix evenly, all but the fullest are idle for a moment.
        double share =
                (double) bytes / (matrix.bankBytes() * machine.accelerator().banks());
        double banks = machine.accelerator().banks();
        Actions actions = new Actions(type);
        actions.streamed(bytes);
        actions.computed(TileWork.compute(type, Math.round(matrix.weights() * matrix.vectors()), 0));
        actions.computed(after, machine.tiles());
        BankTime time = machine.bankTime(done, banks * share, cycles * banks, held * banks, false);
        tally.add(
                matrix.phase(),
                new PhaseCost(
                        cycles, bytes, machine.dramActions(done, banks * share).plus(actions.counts()), time));
        busyPerTile += cycles * share;
        busyPerBank += done.busyCycles() * share;
    }

    /// Ends an exchange at a whole cycle and charges its time and what it sent.
    private double exchange(Phase phase, double start, DoubleSupplier transfers) {
        long before = machine.network().hopBytes();
        double end = Math.ceil(transfers.getAsDouble());
        Actions actions = new Actions(type);
        actions.sent(machine.network().hopBytes() - before);
        double bankCycles = (end - start) * machine.accelerator().banks();
        tally.add(phase, new PhaseCost(end - start, 0, actions.counts(), BankTime.waitingForNetwork(bankCycles)));
        return end;
    }

    /// Cycles so far in which every tile worked on weights.
    double busyPerTile() {
        return busyPerTile;
    }

    /// Cycles so far in which every bank moved weights.
    double busyPerBank() {
        return busyPerBank;
    }
}
