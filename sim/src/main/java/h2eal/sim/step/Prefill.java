package h2eal.sim.step;

import h2eal.hardware.Accelerator;
import h2eal.hardware.TileSpec;
import h2eal.mapping.KvFormat;
import h2eal.model.ModelShape;
import h2eal.sim.deployment.Deployment;
import h2eal.sim.deployment.WeightShards;
import h2eal.sim.dram.Access;
import h2eal.sim.dram.BankEngine;
import h2eal.sim.dram.DramCounts;
import h2eal.sim.dram.EngineKind;
import h2eal.sim.energy.ActionCounts;
import h2eal.sim.machine.Actions;
import h2eal.sim.machine.BusyTime;
import h2eal.sim.machine.Exchanges;
import h2eal.sim.machine.Machine;
import h2eal.sim.machine.PhaseCost;
import h2eal.sim.machine.Tally;
import h2eal.sim.report.BankTime;
import h2eal.sim.report.Phase;
import h2eal.sim.tile.TileWork;
import h2eal.sim.timeline.Timeline;
import h2eal.workload.ReadCounts;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// A prompt read in chunks, estimated. The tokens of a chunk go through the projections in blocks, simulated like a
/// batch and of the size that is fastest here: small blocks read the weights more often, large ones do not fit the
/// SRAM. Dense, causal attention of a chunk is a closed form over the measured rate of a streaming bank, spread evenly
/// over all tiles.
///
/// A tile keeps as many queries as its SRAM holds with their sums, and streams its keys and values once for each such
/// group of queries.
public final class Prefill {

    private static final int ACTIVATION_BYTES = 2;
    private static final int SUM_BYTES = 4;
    private static final int SOFTMAX_BYTES = 8;
    /// Enough rows for the rate of a long stream, refreshes included.
    private static final int SAMPLE_ROWS = 2048;

    private final Deployment deployment;
    private final WeightShards shards;
    private final Exchanges exchanges;
    private final EngineKind engine;
    private final int chunkTokens;
    private final Machine machine;
    private final Tally tally = new Tally();
    private final DramCounts sample;
    private final double sampleCycles;
    private final Block block;
    private double attentionBusy;
    private double attentionBankBusy;

    /// Prefill in chunks of `chunkTokens` tokens.
    public Prefill(
            Deployment deployment, WeightShards shards, Exchanges exchanges, EngineKind engine, int chunkTokens) {
        if (chunkTokens < 1) {
            throw new IllegalArgumentException("a chunk has at least one token: " + chunkTokens);
        }
        this.deployment = deployment;
        this.shards = shards;
        this.exchanges = exchanges;
        this.engine = engine;
        this.chunkTokens = chunkTokens;
        this.machine = newMachine();
        BankEngine bank = engine.engine(deployment.accelerator().bank());
        int rowBytes = deployment.accelerator().bank().rowBytes();
        long rows = Math.min(SAMPLE_ROWS, deployment.accelerator().bank().rows());
        long end = 0;
        for (int row = 0; row < rows; row++) {
            end = bank.access(Access.READ, row, 0, rowBytes, 0);
        }
        this.sample = bank.counts();
        this.sampleCycles = end;
        this.block = fastestBlock();
    }

    /// Tokens that share one pass over the weights.
    public int blockTokens() {
        return block.tokens();
    }

    /// Reads a prompt of `tokens` tokens.
    public StepTotals run(int tokens) {
        if (tokens < 1) {
            throw new IllegalArgumentException("a prompt has at least one token: " + tokens);
        }
        double cycles = 0;
        long blocks = 0;
        for (int from = 0; from < tokens; from += chunkTokens) {
            int count = Math.min(chunkTokens, tokens - from);
            blocks += Math.ceilDiv(count, block.tokens());
            for (int layer = 0; layer < deployment.model().layers(); layer++) {
                cycles += attend(from, count);
            }
        }
        double attentionCycles = cycles;
        cycles += append(tokens) + blocks * block.cycles();
        long times = blocks;
        block.tally().phases().forEach((phase, cost) -> tally.add(phase, cost.times(times)));
        Projections last = new Projections(machine, deployment, shards, exchanges, tally, 1);
        cycles = last.head(cycles);
        double perTile = attentionBusy + blocks * block.busyPerTile() + last.busyPerTile();
        double perBank = attentionBankBusy + blocks * block.busyPerBank() + last.busyPerBank();
        return new StepTotals(
                (long) cycles,
                (long) attentionCycles,
                tally,
                busy(perTile, perBank, blocks),
                busy(attentionBusy, attentionBankBusy, 0),
                ReadCounts.NONE);
    }

    /// Some tokens through the projections of all layers.
    private record Block(
            int tokens, double cycles, Tally tally, double busyPerTile, double busyPerBank, double[] busyLinks) {

        double cyclesPerToken() {
            return cycles / tokens;
        }
    }

    private Block fastestBlock() {
        Block fastest = simulate(1);
        for (int tokens = 2; tokens <= chunkTokens; tokens *= 2) {
            Block next = simulate(tokens);
            fastest = next.cyclesPerToken() < fastest.cyclesPerToken() ? next : fastest;
        }
        return fastest;
    }

    private Block simulate(int tokens) {
        Machine idle = newMachine();
        Tally costs = new Tally();
        Projections projections = new Projections(idle, deployment, shards, exchanges, costs, tokens);
        double now = projections.spread(0);
        for (int layer = 0; layer < deployment.model().layers(); layer++) {
            double projected = projections.qkv(layer, now);
            now = projections.feedForward(layer, projections.output(layer, roots(tokens), projected));
        }
        return new Block(
                tokens,
                now,
                costs,
                projections.busyPerTile(),
                projections.busyPerBank(),
                idle.network().hopBusyCycles());
    }

    private Machine newMachine() {
        return new Machine(deployment.accelerator(), engine, Timeline.OFF);
    }

    /// The tiles that hold attention outputs, one per token and head: heads lie spread over the tiles.
    private List<List<Integer>> roots(int tokens) {
        ModelShape model = deployment.model();
        return IntStream.range(0, tokens * model.kvHeads())
                .mapToObj(head -> List.of(head % model.kvHeads() * machine.tiles() / model.kvHeads()))
                .toList();
    }

    private double attend(int from, int count) {
        ModelShape model = deployment.model();
        KvFormat format = deployment.cache();
        Accelerator accelerator = deployment.accelerator();
        double pairs = count * (from + (count + 1) / 2.0) * model.queryHeads();
        double passes = Math.ceilDiv((long) count * format.queryHeads(), queriesPerPass());
        double bytes = passes * (from + count) * (double) format.tokenBytes() * model.kvHeads();
        long macs = Math.round(pairs * 2 * format.headSize());
        TileWork share = TileWork.compute(
                format.precision(), Math.ceilDiv(macs, machine.tiles()), (long) Math.ceil(pairs / machine.tiles()));
        double stream = streamCycles(bytes);
        double compute = machine.rates().cycles(share) + machine.rates().drainCycles(share);
        double attended = Math.ceil(Math.max(stream, compute));
        Actions actions = new Actions(format.precision());
        actions.streamed(Math.round(bytes));
        actions.computed(share, machine.tiles());
        charge(Phase.ATTEND, attended, bytes, Math.max(0, compute - stream), actions);
        attentionBusy += attended;
        attentionBankBusy += stream * sample.busyCycles() / sampleCycles;

        double merged = Math.ceil(mergeCycles(count));
        tally.add(
                Phase.MERGE,
                new PhaseCost(merged, 0, ActionCounts.NONE, BankTime.waitingForNetwork(merged * accelerator.banks())));
        return attended + merged;
    }

    /// Partials of all queries of a chunk, halved round by round over the tiles of a head.
    private double mergeCycles(int count) {
        KvFormat format = deployment.cache();
        int tilesPerHead = Math.max(1, machine.tiles() / deployment.model().kvHeads());
        int rounds = 32 - Integer.numberOfLeadingZeros(tilesPerHead - 1);
        long bytes = (long) count * format.queryHeads() * ((long) format.headSize() * ACTIVATION_BYTES + SOFTMAX_BYTES);
        return rounds
                * (machine.network().bodyCycles(bytes)
                        + deployment.accelerator().hopCycles());
    }

    private long queriesPerPass() {
        TileSpec tile = deployment.accelerator().tile();
        int headSize = deployment.cache().headSize();
        long inputs = tile.inputBytes() / ((long) headSize * ACTIVATION_BYTES);
        long sums = tile.outputBytes() / ((long) headSize * SUM_BYTES + SOFTMAX_BYTES);
        return Math.max(1, Math.min(inputs, sums));
    }

    /// Keys and values of all tokens and layers to all banks, at the rate of a stream.
    private double append(int tokens) {
        double bytes = (double) tokens
                * deployment.cache().tokenBytes()
                * deployment.model().kvHeads()
                * deployment.model().layers();
        double cycles = Math.ceil(streamCycles(bytes));
        charge(Phase.APPEND, cycles, bytes, 0, new Actions(deployment.cache().precision()));
        return cycles;
    }

    /// Cycles in which all banks together stream `bytes` bytes.
    private double streamCycles(double bytes) {
        return bytes / deployment.accelerator().banks() / sample.bytes() * sampleCycles;
    }

    private void charge(Phase phase, double cycles, double bytes, double computeCycles, Actions actions) {
        int banks = deployment.accelerator().banks();
        double samples = bytes / sample.bytes();
        tally.add(
                phase,
                new PhaseCost(
                        cycles,
                        Math.round(bytes),
                        machine.dramActions(sample, samples).plus(actions.counts()),
                        machine.bankTime(sample, samples, cycles * banks, computeCycles * banks, false)));
    }

    private BusyTime busy(double perTile, double perBank, long blocks) {
        double[] banks = new double[deployment.accelerator().banks()];
        double[] tiles = new double[machine.tiles()];
        double[] links = block.busyLinks().clone();
        Arrays.fill(banks, perBank);
        Arrays.fill(tiles, perTile);
        Arrays.setAll(links, link -> links[link] * blocks);
        return new BusyTime(banks, tiles, links);
    }
}
