package h2eal.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.HeadRead;
import h2eal.attention.TokenSet;
import h2eal.hardware.Accelerator;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.sim.deployment.Deployment;
import h2eal.sim.dram.EngineKind;
import h2eal.sim.report.CostReport;
import h2eal.sim.report.Phase;
import h2eal.sim.report.PhaseReport;
import h2eal.sim.report.StepReport;
import h2eal.workload.StepReads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Invariants over random placements, tile groups and reads.
class StepPropertiesTest {

    private static final List<String> PLACEMENTS =
            List.of("row-packed", "token-interleaved", "page-per-bank", "clustered", "interleaved-remote");

    /// Refresh and rows cut streams at other places when bursts are twice as wide; a step may then lose one refresh.
    private static final double ONE_REFRESH = 130;

    @Property(tries = 60)
    void doublingEveryBandwidthNeverSlowsAStep(@ForAll long seed) {
        StepReport narrow = step(Accelerators.edge(2, 3), EngineKind.BURST, seed);
        StepReport wide = step(Accelerators.edgeTwiceAsWide(2, 3), EngineKind.BURST, seed);
        assertThat((double) wide.endToEnd().cycles())
                .isLessThanOrEqualTo(narrow.endToEnd().cycles() + ONE_REFRESH);
        assertThat((double) wide.attention().cycles())
                .isLessThanOrEqualTo(narrow.attention().cycles() + ONE_REFRESH);
    }

    @Property(tries = 60)
    void partsAddUpAndNothingBeatsTheRoofline(@ForAll long seed) {
        Accelerator edge = Accelerators.edge(2, 3, 2);
        StepReport report = step(edge, EngineKind.BURST, seed);
        for (CostReport cost : List.of(report.attention(), report.endToEnd())) {
            assertThat(cost.roofline().distance()).isGreaterThanOrEqualTo(1);
            assertThat(cost.energy().byComponent().values().stream()
                            .mapToDouble(Double::doubleValue)
                            .sum())
                    .isEqualTo(cost.energy().totalPicojoules());
            assertThat(cost.utilisation().tiles().max()).isLessThanOrEqualTo(1);
        }
        assertThat(report.attention().bytes()).isEqualTo(report.reads().bytesRead());
        assertThat(report.phases().stream().mapToLong(PhaseReport::bytes).sum())
                .isEqualTo(report.endToEnd().bytes());
        assertThat(report.phases().stream().mapToDouble(PhaseReport::cycles).sum())
                .isCloseTo(report.endToEnd().cycles(), within(1e-6));
        double attention = report.phases().stream()
                .filter(phase -> phase.phase().isAttention())
                .mapToDouble(PhaseReport::cycles)
                .sum();
        assertThat(attention).isCloseTo(report.attention().cycles(), within(1e-6));
        assertThat(report.phases())
                .extracting(PhaseReport::phase)
                .doesNotHaveDuplicates()
                .contains(Phase.ATTEND);
    }

    @Property(tries = 40)
    void enginesAgreeWithinHalfAPercent(@ForAll long seed) {
        Accelerator edge = Accelerators.edge(2, 2);
        long burst = step(edge, EngineKind.BURST, seed).endToEnd().cycles();
        long command = step(edge, EngineKind.COMMAND, seed).endToEnd().cycles();
        assertThat((double) burst).isCloseTo(command, within(0.005 * command));
    }

    private static StepReport step(Accelerator accelerator, EngineKind engine, long seed) {
        Random random = new Random(seed);
        int tokens = 200 + random.nextInt(3000);
        int batch = 1 + random.nextInt(2);
        String placement = PLACEMENTS.get(random.nextInt(PLACEMENTS.size()));
        Function<HeadId, HeadGroup> groups =
                head -> group(head, accelerator.mesh().tiles(), seed);
        Deployment deployment = Steps.deployment(accelerator, placement, groups, batch, tokens);
        List<StepReads> reads = IntStream.range(0, batch)
                .mapToObj(sequence -> reads(tokens, random))
                .toList();
        return new Simulator(deployment, engine).step(reads);
    }

    private static HeadGroup group(HeadId head, int tiles, long seed) {
        Random random = new Random(seed * 31 + head.hashCode());
        List<Integer> all = new ArrayList<>(IntStream.range(0, tiles).boxed().toList());
        Collections.shuffle(all, random);
        int count = 1 + random.nextInt(tiles);
        return new HeadGroup(head, all.subList(0, count), Collections.nCopies(count, 1.0 / count));
    }

    private static StepReads reads(int tokens, Random random) {
        StepReads base = Steps.reads(tokens, 1 + random.nextInt(5), random.nextBoolean());
        // Some heads read nothing but the newest token.
        if (random.nextInt(4) > 0) {
            return base;
        }
        HeadRead least = new HeadRead(0, TokenSet.range(tokens - 1, tokens));
        return new StepReads(tokens, Collections.nCopies(2, List.of(least, base.read(0, 1))));
    }
}
