package h2eal.sim.step;

import h2eal.attention.HeadRead;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.KvFormat;
import h2eal.mapping.TileSchedule;
import h2eal.sim.deployment.Deployment;
import h2eal.sim.deployment.WeightShards;
import h2eal.sim.dram.EngineKind;
import h2eal.sim.machine.BusyTime;
import h2eal.sim.machine.Exchanges;
import h2eal.sim.machine.Machine;
import h2eal.sim.machine.Tally;
import h2eal.sim.timeline.Timeline;
import h2eal.sim.timeline.Track;
import h2eal.workload.ReadCounts;
import h2eal.workload.StepReads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One decode step of a batch on an idle machine, read from top to bottom: the layers, then the output matrix. An
/// instance runs once.
public final class DecodeStep {

    private final Deployment deployment;
    private final Machine machine;
    private final Tally tally = new Tally();
    private final Projections projections;
    private final AppendPhase append;
    private final double[] attentionPerTile;
    private final BusyTime attention;

    public DecodeStep(
            Deployment deployment, WeightShards shards, Exchanges exchanges, EngineKind engine, Timeline timeline) {
        this.deployment = deployment;
        this.machine = new Machine(deployment.accelerator(), engine, timeline);
        this.projections = new Projections(machine, deployment, shards, exchanges, tally, deployment.batch());
        this.append = new AppendPhase(machine, deployment, tally);
        this.attentionPerTile = new double[machine.tiles()];
        this.attention = BusyTime.none(
                deployment.accelerator().banks(),
                machine.tiles(),
                machine.network().hopBusyCycles().length);
    }

    /// Runs the step; `batch` has the reads of every sequence.
    public StepTotals run(List<StepReads> batch) {
        int[] newest = batch.stream().mapToInt(step -> step.contextTokens() - 1).toArray();
        long attentionCycles = 0;
        double now = shown("embedding", 0, projections.spread(0));
        for (int layer = 0; layer < deployment.model().layers(); layer++) {
            TileSchedule schedule = deployment.schedules().get(layer);
            double projected = shown("QKV", now, projections.qkv(layer, now));
            double appended = shown("append", projected, append.run(layer, projected, schedule.groups(), newest));
            List<HeadRun> heads = heads(layer, appended, schedule, batch);
            double attended = shown("attention", appended, attend(layer, appended, heads));
            List<List<Integer>> outputs =
                    heads.stream().map(head -> head.outputTiles).toList();
            double added = shown("output", attended, projections.output(layer, outputs, attended));
            now = shown("feed forward", added, projections.feedForward(layer, added));
            attentionCycles += (long) (attended - appended);
        }
        now = shown("head", now, projections.head(now));
        return new StepTotals((long) now, attentionCycles, tally, busy(), attention, reads(batch));
    }

    /// Runs only the attention of every layer, one right after the other: queries are at their roots, weights are not
    /// read. The banks then refresh at other moments than in the whole step, all else is the same.
    public StepTotals runAttention(List<StepReads> batch) {
        double now = 0;
        for (int layer = 0; layer < deployment.model().layers(); layer++) {
            now = attend(layer, now, heads(layer, now, deployment.schedules().get(layer), batch));
        }
        return new StepTotals((long) now, (long) now, tally, busy(), attention, reads(batch));
    }

    private static List<HeadRun> heads(int layer, double start, TileSchedule schedule, List<StepReads> batch) {
        List<HeadRun> heads = new ArrayList<>(schedule.groups().size());
        for (int i = 0; i < schedule.groups().size(); i++) {
            HeadGroup group = schedule.groups().get(i);
            HeadRead read =
                    batch.get(group.head().sequence()).read(layer, group.head().kvHead());
            heads.add(new HeadRun(group, schedule.scoring().get(i), read, start));
        }
        return heads;
    }

    private double attend(int layer, double start, List<HeadRun> heads) {
        BusyTime before = busy();
        double end = new AttentionPhases(machine, deployment, tally, layer, start, attentionPerTile).run(heads);
        attention.addBetween(before, busy());
        return end;
    }

    private BusyTime busy() {
        double[] banks = machine.cacheBusyCycles();
        double[] tiles = attentionPerTile.clone();
        Arrays.setAll(banks, bank -> banks[bank] + projections.busyPerBank());
        Arrays.setAll(tiles, tile -> tiles[tile] + projections.busyPerTile());
        return new BusyTime(banks, tiles, machine.network().hopBusyCycles());
    }

    private double shown(String name, double start, double end) {
        machine.event(Track.Kind.PHASES, "phases", name, start, end);
        return end;
    }

    private ReadCounts reads(List<StepReads> batch) {
        KvFormat cache = deployment.cache();
        return batch.stream()
                .map(step -> ReadCounts.of(step, cache.geometry(), cache.tokenBytes(), cache.summaryBytes()))
                .reduce(ReadCounts.NONE, ReadCounts::plus);
    }
}
