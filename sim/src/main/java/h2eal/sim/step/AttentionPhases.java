package h2eal.sim.step;

import h2eal.mapping.HeadGroup;
import h2eal.mapping.KvFormat;
import h2eal.mapping.KvLayout;
import h2eal.sim.deployment.Deployment;
import h2eal.sim.dram.DramCounts;
import h2eal.sim.energy.ActionCounts;
import h2eal.sim.machine.Actions;
import h2eal.sim.machine.Machine;
import h2eal.sim.machine.PartialMerge;
import h2eal.sim.machine.PhaseCost;
import h2eal.sim.machine.Tally;
import h2eal.sim.noc.Collectives;
import h2eal.sim.report.BankTime;
import h2eal.sim.report.Phase;
import h2eal.sim.tile.TileWork;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Attention of one layer, all heads at once: queries to their groups; key summaries scored, the best pages merged at
/// the root and sent back, where a head selects anew; tokens attended; partials merged over the tiles of the group.
///
/// There is no barrier between the phases: a tile attends for heads that need no selection while others select. On
/// every tile the order is fixed - all scores, then heads without a selection, then heads with one - so that no
/// decision depends on time. Heads that attend few tokens go first, so that their merges overlap with the work for
/// others.
final class AttentionPhases {

    /// A page score and its page number; a page number alone.
    private static final int CANDIDATE_BYTES = 8;
    private static final int PAGE_NUMBER_BYTES = 4;
    private static final int ACTIVATION_BYTES = 2;

    private final Machine machine;
    private final KvFormat format;
    private final KvLayout layout;
    private final Tally tally;
    private final int layer;
    private final TileClock clock;

    /// The attention of one layer from `start`, when queries are at their roots; `tileBusy` collects working time.
    AttentionPhases(Machine machine, Deployment deployment, Tally tally, int layer, double start, double[] tileBusy) {
        this.machine = machine;
        this.format = deployment.cache();
        this.layout = deployment.layout();
        this.tally = tally;
        this.layer = layer;
        this.clock = new TileClock(start, tileBusy);
        for (int tile = 0; tile < machine.tiles(); tile++) {
            machine.tile(tile).idleUntil(start);
        }
    }

    /// Runs the heads of the layer.
    ///
    /// @return cycle at which the last partial is merged
    double run(List<HeadRun> given) {
        List<HeadRun> heads = given.stream()
                .sorted(Comparator.comparingInt(head -> head.read.tokens().size()))
                .toList();
        broadcast(heads);
        List<HeadRun> selecting = heads.stream().filter(HeadRun::selects).toList();
        List<HeadRun> direct = heads.stream().filter(head -> !head.selects()).toList();
        DramCounts before = machine.cacheCounts();
        DramCounts scored = before;
        if (!selecting.isEmpty()) {
            score(selecting);
            scored = machine.cacheCounts();
            account(Phase.SCORE, scored.minus(before), selecting.stream().map(head -> head.scores));
        }
        attend(direct, Phase.BROADCAST);
        if (!selecting.isEmpty()) {
            select(selecting);
            attend(selecting, Phase.SELECT);
            wait(Phase.SELECT, clock.cycles(Phase.SELECT));
        }
        double lastAttended = finishTiles();
        account(
                Phase.ATTEND,
                machine.cacheCounts().minus(scored),
                heads.stream().map(head -> head.tokens));
        double end = Math.ceil(Math.max(lastAttended, merge(inOrderOfWork(direct, selecting))));
        wait(Phase.BROADCAST, clock.cycles(Phase.BROADCAST));
        wait(Phase.MERGE, (end - lastAttended) * machine.tiles());
        return end;
    }

    /// Queries from the root of every head to all tiles that score or attend for it.
    private void broadcast(List<HeadRun> heads) {
        long before = machine.network().hopBytes();
        long bytes = (long) format.queryHeads() * format.headSize() * ACTIVATION_BYTES;
        for (HeadRun head : heads) {
            double[] arrival = machine.network()
                    .multicast(head.queryAt, head.group.root(), union(head.group, head.scoring), bytes);
            head.readyAt = Arrays.copyOf(arrival, head.group.tiles().size());
            if (head.selects()) {
                head.scores = new HeadStream(head, head.scoring, atTiles(head, arrival));
            }
        }
        charge(Phase.BROADCAST, before, new Actions(format.precision()));
    }

    /// Tiles of both groups, those of the first in their order, then those that are only in the second.
    private static List<Integer> union(HeadGroup group, HeadGroup scoring) {
        if (group.tiles().containsAll(scoring.tiles())) {
            return group.tiles();
        }
        return IntStream.concat(
                        group.tiles().stream().mapToInt(Integer::intValue),
                        scoring.tiles().stream()
                                .filter(tile -> !group.tiles().contains(tile))
                                .mapToInt(Integer::intValue))
                .boxed()
                .toList();
    }

    /// Arrivals at the union of both groups, in the order of the scoring group.
    private static double[] atTiles(HeadRun head, double[] arrival) {
        List<Integer> union = union(head.group, head.scoring);
        return head.scoring.tiles().stream()
                .mapToDouble(tile -> arrival[union.indexOf(tile)])
                .toArray();
    }

    private void score(List<HeadRun> heads) {
        long before = machine.network().hopBytes();
        Actions actions = new Actions(format.precision());
        StreamPass pass = new StreamPass(machine, clock, Phase.SCORE, this::scoreWork, actions);
        pass.run(
                heads.stream().map(head -> head.scores).toList(),
                Phase.BROADCAST,
                (head, visitor) -> layout.readSummaries(layer, head.id(), head.read.summariesScored(), visitor));
        for (HeadRun head : heads) {
            requireBytes(head, head.scores, (long) head.read.summariesScored() * format.summaryBytes());
        }
        charge(Phase.SCORE, before, actions);
    }

    /// The best pages of all scoring tiles are merged along them; the last one tells the group what to read.
    private void select(List<HeadRun> heads) {
        long before = machine.network().hopBytes();
        Actions actions = new Actions(format.precision());
        heads = heads.stream()
                .sorted(Comparator.comparingLong((HeadRun head) -> head.scores.mostBytes()))
                .toList();
        for (HeadRun head : heads) {
            int selected = format.geometry().pages(head.read.tokens().size());
            int[] chain = scoringChain(head);
            double merged = mergeCandidates(head, chain, selected, actions);
            head.readyAt = machine.network()
                    .multicast(
                            merged,
                            head.scores.tile(chain[chain.length - 1]),
                            head.group.tiles(),
                            Math.max(1, (long) selected * PAGE_NUMBER_BYTES));
        }
        charge(Phase.SELECT, before, actions);
    }

    /// The members of a scoring group that have scored.
    private static int[] scoringChain(HeadRun head) {
        return IntStream.range(0, head.scores.tiles())
                .filter(i -> head.scores.bytes[i] > 0)
                .toArray();
    }

    /// Lists of candidates along the chain of scoring tiles; every merge keeps the best. The selector of a tile hands
    /// out its candidates sorted, and merges one of them per cycle.
    private double mergeCandidates(HeadRun head, int[] chain, int selected, Actions actions) {
        double[] ready =
                Arrays.stream(chain).mapToDouble(i -> head.scores.doneAt[i]).toArray();
        List<Integer> tiles = Arrays.stream(chain).mapToObj(head.scores::tile).toList();
        TileWork merge = TileWork.select(format.precision(), 0, selected);
        actions.computed(merge, chain.length - 1L);
        return Collectives.mergeChain(
                machine.network(),
                ready,
                tiles,
                Math.max(1, (long) selected * CANDIDATE_BYTES),
                machine.rates().cycles(TileWork.select(format.precision(), 0, 1)),
                machine.rates().cycles(merge));
    }

    private void attend(List<HeadRun> heads, Phase waitPhase) {
        long before = machine.network().hopBytes();
        Actions actions = new Actions(format.precision());
        StreamPass pass = new StreamPass(machine, clock, Phase.ATTEND, this::attendWork, actions);
        for (HeadRun head : heads) {
            head.tokens = new HeadStream(head, head.group, head.readyAt);
        }
        pass.run(
                heads.stream().map(head -> head.tokens).toList(),
                waitPhase,
                (head, visitor) -> layout.readTokens(layer, head.id(), head.read.tokens(), visitor));
        for (HeadRun head : heads) {
            requireBytes(head, head.tokens, (long) head.read.tokens().size() * format.tokenBytes());
        }
        charge(Phase.ATTEND, before, actions);
    }

    /// Drains every tile, and lets those that are done wait for the last.
    private double finishTiles() {
        double last = 0;
        for (int tile = 0; tile < machine.tiles(); tile++) {
            double drained = machine.tile(tile).computeFree();
            clock.held(Phase.ATTEND, drained - machine.tile(tile).nextStream());
            clock.work(tile, Phase.ATTEND, drained);
            last = Math.max(last, drained);
        }
        for (int tile = 0; tile < machine.tiles(); tile++) {
            clock.idle(tile, Phase.ATTEND, last);
        }
        return last;
    }

    private static List<HeadRun> inOrderOfWork(List<HeadRun> direct, List<HeadRun> selecting) {
        Comparator<HeadRun> byWork = Comparator.comparingLong(head -> head.tokens.mostBytes());
        return Stream.concat(direct.stream().sorted(byWork), selecting.stream().sorted(byWork))
                .toList();
    }

    /// Partials of every head are halved round by round over its group; each tile divides its part by the sum.
    private double merge(List<HeadRun> heads) {
        long before = machine.network().hopBytes();
        PartialMerge partials = new PartialMerge(machine, format);
        double last = 0;
        for (HeadRun head : heads) {
            int[] members = IntStream.range(0, head.tokens.tiles())
                    .filter(i -> i == 0 || head.tokens.bytes[i] > 0)
                    .toArray();
            double[] ready = Arrays.stream(members)
                    .mapToDouble(i -> head.tokens.doneAt[i])
                    .toArray();
            List<Integer> tiles =
                    Arrays.stream(members).mapToObj(i -> head.tokens.tile(i)).toList();
            last = Math.max(last, partials.merge(ready, tiles));
            head.outputTiles = tiles.subList(0, partials.holders(tiles.size()));
        }
        charge(Phase.MERGE, before, partials.actions());
        return last;
    }

    /// Adds what is not time: actions, and the bytes times hops sent since `hopsBefore`.
    private void charge(Phase phase, long hopsBefore, Actions actions) {
        actions.sent(machine.network().hopBytes() - hopsBefore);
        tally.add(phase, new PhaseCost(0, 0, actions.counts(), BankTime.NONE));
    }

    /// Adds the time of a phase that streams, and what the banks did in it.
    private void account(Phase phase, DramCounts done, Stream<HeadStream> streams) {
        double cycles = clock.cycles(phase);
        boolean remote = streams.anyMatch(stream -> !stream.remote.isEmpty());
        BankTime time = machine.bankTime(
                done, 1, cycles * machine.banksPerTile(), clock.held(phase) * machine.banksPerTile(), remote);
        tally.add(phase, new PhaseCost(cycles / machine.tiles(), done.bytes(), machine.dramActions(done, 1), time));
    }

    /// Adds time, summed over tiles, in which tiles wait for messages.
    private void wait(Phase phase, double tileCycles) {
        tally.add(
                phase,
                new PhaseCost(
                        tileCycles / machine.tiles(),
                        0,
                        ActionCounts.NONE,
                        BankTime.waitingForNetwork(tileCycles * machine.banksPerTile())));
    }

    private TileWork attendWork(long bytes) {
        long tokens = Math.ceilDiv(bytes, (long) format.tokenBytes());
        return TileWork.compute(
                format.precision(),
                Math.ceilDiv(bytes * format.macsPerToken(), (long) format.tokenBytes()),
                tokens * format.queryHeads());
    }

    private TileWork scoreWork(long bytes) {
        return TileWork.select(
                format.precision(),
                Math.ceilDiv(bytes * format.addsPerSummary(), (long) format.summaryBytes()),
                pages(bytes));
    }

    /// Pages whose summaries `bytes` bytes hold.
    private long pages(long summaryBytes) {
        long pageBytes = (long) format.summaryBytes() * format.geometry().summariesPerPage();
        return Math.ceilDiv(summaryBytes, pageBytes);
    }

    private static void requireBytes(HeadRun head, HeadStream stream, long expected) {
        if (stream.totalBytes() != expected) {
            throw new IllegalStateException("%s: the layout delivered %d bytes where %d were to be read"
                    .formatted(head.group.head(), stream.totalBytes(), expected));
        }
    }
}
