package h2eal.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.hardware.Accelerator;
import h2eal.model.ModelShape;
import h2eal.sim.dram.EngineKind;
import h2eal.sim.report.Phase;
import h2eal.sim.report.PhaseReport;
import h2eal.sim.report.PrefillReport;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PrefillTest {

    private static final Accelerator EDGE = Accelerators.edge(2, 2);
    private final Simulator simulator =
            new Simulator(Steps.deployment(EDGE, "row-packed", Steps.everywhere(EDGE), 1, 2048), EngineKind.BURST);

    private static Map<Phase, PhaseReport> phases(PrefillReport report) {
        return report.phases().stream().collect(Collectors.toMap(PhaseReport::phase, phase -> phase));
    }

    /// Every block of tokens streams all weights once; the output matrix serves the last token only.
    @Test
    void weightsAreReadOncePerBlock() {
        PrefillReport report = simulator.prefill(1000, 256);
        Map<Phase, PhaseReport> phases = phases(report);
        long blocks = 3L * (256 / report.blockTokens()) + Math.ceilDiv(232, report.blockTokens());
        assertThat(phases.get(Phase.FEED_FORWARD).bytes()).isEqualTo(blocks * 2 * Steps.MODEL.feedForwardWeights() * 2);
        assertThat(phases.get(Phase.HEAD).bytes()).isEqualTo(Steps.MODEL.outputWeights() * 2);
        assertThat(phases.get(Phase.APPEND).bytes()).isEqualTo(2 * 1000 * 2 * 256);
    }

    /// Causal attention of n tokens, whatever the chunks: n (n + 1) / 2 pairs per query head, 2 x head size MACs each.
    @Test
    void attentionIsCausal() {
        ModelShape model = Steps.MODEL;
        long pairs = 1000L * 1001 / 2 * model.queryHeads();
        for (int chunk : new int[] {1, 100, 256, 1000}) {
            double macs = phases(simulator.prefill(1000, chunk))
                    .get(Phase.ATTEND)
                    .counts()
                    .totalMacs();
            assertThat(macs).isCloseTo(2.0 * pairs * 2 * model.headSize(), within(0.001 * macs));
        }
    }

    @Test
    void largerChunksReadTheWeightsLessOften() {
        PrefillReport small = simulator.prefill(1024, 2);
        PrefillReport large = simulator.prefill(1024, 128);
        assertThat(small.blockTokens()).isLessThan(large.blockTokens());
        assertThat(large.endToEnd().cycles()).isLessThan(small.endToEnd().cycles());
        assertThat(large.tokensPerSecond()).isGreaterThan(small.tokensPerSecond());
        assertThat(large.endToEnd().roofline().distance()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void emptyPromptIsRefused() {
        assertThatThrownBy(() -> simulator.prefill(0, 16)).hasMessageContaining("at least one token: 0");
    }
}
