package h2eal.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.hardware.Accelerator;
import h2eal.sim.deployment.Deployment;
import h2eal.sim.dram.EngineKind;
import h2eal.sim.report.AttentionReport;
import h2eal.sim.report.CostReport;
import h2eal.sim.report.Phase;
import h2eal.sim.report.PhaseReport;
import h2eal.sim.report.StepReport;
import h2eal.workload.StepReads;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorTest {

    private static final Accelerator EDGE = Accelerators.edge(2, 2);
    private static final int TOKENS = 4000;
    private static final int SUMMARIES = 250;
    /// 192 tokens of the streaming head; 16 pages of the retrieval head and its open page of 32 tokens.
    private static final long TOKENS_READ = 192 + 16 * 64 + 32;

    private static StepReport step(Accelerator accelerator, String placement, boolean selects) {
        return step(accelerator, placement, selects, EngineKind.BURST);
    }

    private static StepReport step(Accelerator accelerator, String placement, boolean selects, EngineKind engine) {
        Deployment deployment = Steps.deployment(accelerator, placement, Steps.everywhere(accelerator), 1, TOKENS);
        return new Simulator(deployment, engine).step(List.of(Steps.reads(TOKENS, 4, selects)));
    }

    private static Map<Phase, PhaseReport> phases(StepReport report) {
        return report.phases().stream().collect(Collectors.toMap(PhaseReport::phase, phase -> phase));
    }

    @Test
    void everyByteIsReadOnce() {
        StepReport report = step(EDGE, "row-packed", true);
        Map<Phase, PhaseReport> phases = phases(report);

        assertThat(phases.get(Phase.ATTEND).bytes()).isEqualTo(2 * TOKENS_READ * 256);
        assertThat(phases.get(Phase.SCORE).bytes()).isEqualTo(2 * SUMMARIES * 256);
        assertThat(phases.get(Phase.APPEND).bytes()).isEqualTo(2 * (2 * 256 + 256));
        assertThat(phases.get(Phase.QKV).bytes()).isEqualTo(2 * 512 * (8 + 4) * 64 * 2);
        assertThat(phases.get(Phase.FEED_FORWARD).bytes()).isEqualTo(2 * 3 * 512 * 1024 * 2);
        assertThat(phases.get(Phase.HEAD).bytes()).isEqualTo(2000 * 512 * 2);
        assertThat(report.attention().bytes()).isEqualTo(report.reads().bytesRead());
    }

    @Test
    void stepWithoutSelectionScoresNothing() {
        assertThat(phases(step(EDGE, "row-packed", false))).doesNotContainKey(Phase.SCORE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"row-packed", "token-interleaved", "page-per-bank", "clustered", "interleaved-remote"})
    void partsAddUpToTheWhole(String placement) {
        StepReport report = step(EDGE, placement, true);
        double phaseCycles =
                report.phases().stream().mapToDouble(PhaseReport::cycles).sum();
        assertThat(phaseCycles).isCloseTo(report.endToEnd().cycles(), within(1e-6));

        for (CostReport cost : List.of(report.attention(), report.endToEnd())) {
            assertThat(cost.bankTime().total()).isCloseTo((double) cost.cycles() * EDGE.banks(), within(1e-3));
        }
        double phaseEnergy = report.phases().stream()
                .mapToDouble(phase -> phase.energy().totalPicojoules())
                .sum();
        assertThat(phaseEnergy)
                .isCloseTo(
                        report.endToEnd().energy().totalPicojoules(),
                        within(1e-4 * report.endToEnd().energy().totalPicojoules()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"row-packed", "token-interleaved", "page-per-bank", "interleaved-remote"})
    void bothEnginesGiveTheSameStep(String placement) {
        StepReport burst = step(EDGE, placement, true, EngineKind.BURST);
        StepReport command = step(EDGE, placement, true, EngineKind.COMMAND);
        assertThat((double) burst.endToEnd().cycles())
                .isCloseTo(
                        command.endToEnd().cycles(),
                        within(0.005 * command.endToEnd().cycles()));
        assertThat((double) burst.attention().cycles())
                .isCloseTo(
                        command.attention().cycles(),
                        within(0.005 * command.attention().cycles()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"row-packed", "token-interleaved", "page-per-bank", "interleaved-remote"})
    void attentionAloneIsThatOfTheStepButForTheMomentsOfRefresh(String placement) {
        Deployment deployment = Steps.deployment(EDGE, placement, Steps.everywhere(EDGE), 1, TOKENS);
        Simulator simulator = new Simulator(deployment, EngineKind.BURST);
        List<StepReads> reads = List.of(Steps.reads(TOKENS, 4, true));
        AttentionReport alone = simulator.attention(reads);
        CostReport inStep = simulator.step(reads).attention();

        assertThat(alone.cost().bytes()).isEqualTo(inStep.bytes());
        assertThat(alone.reads()).isEqualTo(simulator.step(reads).reads());
        assertThat((double) alone.cost().cycles()).isCloseTo(inStep.cycles(), within(0.05 * inStep.cycles()));
        assertThat(alone.phases()).allMatch(phase -> phase.phase().isAttention());
        assertThat(alone.phases().stream().mapToDouble(PhaseReport::cycles).sum())
                .isCloseTo(alone.cost().cycles(), within(1e-6));
        assertThat(alone.cost().counts().totalMacs()).isEqualTo(inStep.counts().totalMacs());
    }

    @Test
    void sameReadsGiveTheSameReport() {
        Deployment deployment = Steps.deployment(EDGE, "row-packed", Steps.everywhere(EDGE), 1, TOKENS);
        Simulator simulator = new Simulator(deployment, EngineKind.BURST);
        StepReport first = simulator.step(List.of(Steps.reads(TOKENS, 4, true)));
        assertThat(simulator.step(List.of(Steps.reads(TOKENS, 4, true)))).isEqualTo(first);
    }

    @Test
    void headsOnOneTileEachLeaveTheOthersIdle() {
        Deployment whole = Steps.deployment(EDGE, "row-packed", Steps.whole(EDGE), 1, TOKENS);
        StepReport report = new Simulator(whole, EngineKind.BURST).step(List.of(Steps.reads(TOKENS, 1, false)));
        StepReport split = new Simulator(
                        Steps.deployment(EDGE, "row-packed", Steps.everywhere(EDGE), 1, TOKENS), EngineKind.BURST)
                .step(List.of(Steps.reads(TOKENS, 1, false)));

        assertThat(report.attention().utilisation().tiles().mean()).isLessThan(0.3);
        assertThat(split.attention().utilisation().tiles().mean()).isGreaterThan(0.8);
        assertThat(split.attention().cycles()).isLessThan(report.attention().cycles() * 35 / 100);
    }

    @Test
    void batchStreamsWeightsOnceAndReadsEveryCache() {
        Deployment deployment = Steps.deployment(EDGE, "row-packed", Steps.everywhere(EDGE), 3, TOKENS);
        StepReport one = step(EDGE, "row-packed", true);
        StepReport three = new Simulator(deployment, EngineKind.BURST)
                .step(List.of(
                        Steps.reads(TOKENS, 4, true), Steps.reads(TOKENS, 4, true), Steps.reads(TOKENS, 4, true)));

        assertThat(three.attention().bytes()).isEqualTo(3 * one.attention().bytes());
        assertThat(phases(three).get(Phase.FEED_FORWARD).bytes())
                .isEqualTo(phases(one).get(Phase.FEED_FORWARD).bytes());
        assertThat(phases(three).get(Phase.FEED_FORWARD).counts().totalMacs())
                .isGreaterThan(2 * phases(one).get(Phase.FEED_FORWARD).counts().totalMacs());
    }

    @Test
    void readsOfAnotherShapeAreRefused() {
        Deployment deployment = Steps.deployment(EDGE, "row-packed", Steps.everywhere(EDGE), 1, TOKENS);
        assertThatThrownBy(() -> new Simulator(deployment, EngineKind.BURST).step(List.of()))
                .hasMessage("the deployment has 1 sequences, the step 0");
    }
}
