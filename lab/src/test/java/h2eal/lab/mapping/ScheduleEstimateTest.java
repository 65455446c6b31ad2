package h2eal.lab.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import h2eal.attention.HeadMap;
import h2eal.attention.HeadRead;
import h2eal.attention.HybridAttention;
import h2eal.hardware.Accelerator;
import h2eal.lab.spec.AttentionSpec;
import h2eal.lab.spec.HardwareSpec;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Presets;
import h2eal.mapping.CachePlan;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.HeadWork;
import h2eal.mapping.KvFormat;
import h2eal.mapping.KvLayout;
import h2eal.mapping.StoredHead;
import h2eal.mapping.TileSchedule;
import h2eal.mapping.balance.Balancers;
import h2eal.mapping.cost.LayerCost;
import h2eal.mapping.cost.ReadEstimate;
import h2eal.mapping.placement.Placements;
import h2eal.model.ModelShape;
import h2eal.model.Precision;
import h2eal.sim.Simulator;
import h2eal.sim.deployment.Deployment;
import h2eal.sim.dram.EngineKind;
import h2eal.workload.PagePopularity;
import h2eal.workload.StepReads;
import h2eal.workload.SyntheticReads;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The simulator confirms the schedules: its attention takes as long as the closed forms say for the pages that were
/// read. Against the schedule itself, which expects every bank to serve its share, the difference is the crowding of
/// the selected pages: with one bank per tile a few percent, with 48 banks per tile more than half.
class ScheduleEstimateTest {

    private static final int CONTEXT = 32 << 10;
    private static final int LAYERS = 4;
    private static final ModelShape SHAPE =
            new ModelShape("four layers of Llama-3-8B", LAYERS, 4096, 32, 8, 128, 14336, 128256, 1, 1, false, 131072);

    /// One to seven retrieval heads per layer.
    private static final HeadMap HEADS = HeadMap.of(new boolean[][] {
        {true, false, false, false, false, false, false, false},
        {true, true, false, true, false, false, false, false},
        {true, false, true, true, false, true, true, false},
        {true, true, true, true, true, true, true, false}
    });

    private final HybridAttention attention = AttentionSpec.attention(
                    Presets.installed().named(Kind.ATTENTION, "h2eal"))
            .hybrid();

    @ParameterizedTest
    @CsvSource({"hb-edge, 1.10", "hb-wide, 1.10", "hb-silicon, 1.35", "hb-large, 1.75", "hb-optimistic, 1.85"})
    void theSimulatorTakesTheTimeOfTheClosedForms(String hardware, double mostCrowding) {
        Accelerator accelerator = HardwareSpec.accelerator(Presets.installed().named(Kind.HARDWARE, hardware));
        Iterator<StepReads> steps =
                new SyntheticReads(SHAPE, attention, HEADS, new PagePopularity.Uniform(), CONTEXT, 2, 7).steps();
        StepReads refresh = steps.next();
        StepReads step = steps.next();
        List<LayerCost> costs = new ArrayList<>();
        List<TileSchedule> schedules = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            List<HeadWork> works = works(refresh.reads().get(layer));
            costs.add(LayerCost.of(works, accelerator));
            schedules.add(Balancers.named("adaptive").assign(works, accelerator));
        }
        KvLayout layout = layout(schedules, accelerator);
        double planned = 0;
        double estimate = 0;
        for (int layer = 0; layer < LAYERS; layer++) {
            List<HeadGroup> groups = schedules.get(layer).groups();
            planned += costs.get(layer).attention().makespanCycles(groups);
            estimate += ReadEstimate.attentionCycles(
                    costs.get(layer), groups, step.reads().get(layer), layer, layout);
        }
        Deployment deployment = new Deployment(accelerator, SHAPE, Precision.INT8, format(), schedules, layout);
        long simulated = new Simulator(deployment, EngineKind.BURST)
                .step(List.of(step))
                .attention()
                .cycles();
        assertThat((double) simulated).isCloseTo(estimate, withinPercentage(5));
        assertThat(simulated / planned).isBetween(0.98, mostCrowding);
    }

    private KvFormat format() {
        return KvFormat.of(SHAPE, Precision.F16, attention);
    }

    private List<HeadWork> works(List<HeadRead> reads) {
        return IntStream.range(0, reads.size())
                .mapToObj(head -> new HeadWork(
                        new HeadId(0, head),
                        reads.get(head).tokens().size(),
                        reads.get(head).summariesScored(),
                        attention.refreshInterval(),
                        format()))
                .toList();
    }

    private KvLayout layout(List<TileSchedule> schedules, Accelerator accelerator) {
        List<List<StoredHead>> layers = IntStream.range(0, LAYERS)
                .mapToObj(layer -> IntStream.range(0, SHAPE.kvHeads())
                        .mapToObj(head -> new StoredHead(
                                schedules.get(layer).groups().get(head),
                                schedules.get(layer).scoring().get(head),
                                attention.pattern(HEADS, layer, head)))
                        .toList())
                .toList();
        return Placements.named("row-packed")
                .place(new CachePlan(format(), List.of(CONTEXT + 1), layers, 0), accelerator);
    }
}
