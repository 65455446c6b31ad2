package h2eal.lab.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import h2eal.lab.result.SimulationResult;
import h2eal.model.ModelShape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {

    private static final RecordedRun RUN = Runs.drawn(2048, 3);
    private static final ClosedLoop LOOP = ClosedLoop.of(RUN, "hb-edge", systems -> {});

    @Test
    void gainsAreTheRatiosOfTheSystemsCosts() {
        SimulationResult ours = LOOP.step("h2eal");
        assertThat(LOOP.gains()).extracting(Gain::baseline).containsExactly("hb-remote", "hb-head", "hb-tiled");
        assertThat(LOOP.gains()).allSatisfy(gain -> {
            SimulationResult theirs = LOOP.step(gain.baseline());
            double stretch =
                    theirs.attention().throttleFactor() / ours.attention().throttleFactor();
            // mean cycles are whole numbers
            assertThat(gain.attention().speedup() / stretch)
                    .isCloseTo(
                            (double) theirs.attention().cycles()
                                    / ours.attention().cycles(),
                            withinPercentage(0.1));
            assertThat(gain.endToEnd().energyEfficiency()
                            * ours.endToEnd().energyPicojoules().total())
                    .isCloseTo(theirs.endToEnd().energyPicojoules().total(), within(1e-3));
        });
    }

    @Test
    void baselinesReadTheWholeCacheAndOnlyTheSystemSkipsPages() {
        ModelShape shape = RUN.model().shape();
        long cacheBytes = 2049L * shape.layers() * shape.kvHeads() * shape.kvNumbersPerToken() * Short.BYTES;

        assertThat(ClosedLoop.BASELINES).allSatisfy(system -> {
            assertThat(LOOP.step(system).counts().cacheBytesRead()).isEqualTo(cacheBytes);
            assertThat(LOOP.step(system).counts().pagesSkipped()).isZero();
        });
        assertThat(LOOP.step("h2eal").counts().pagesSkipped()).isPositive();
        assertThat(LOOP.step("h2eal").counts().denseCacheBytes()).isEqualTo(cacheBytes);
    }

    @Test
    void theSameReadsCostTheSame() {
        assertThat(ClosedLoop.of(Runs.drawn(2048, 3), "hb-edge", systems -> {})).isEqualTo(LOOP);
    }

    @Test
    void everySystemIsReportedAsItIsDone() {
        List<Long> heard = new ArrayList<>();

        ClosedLoop.of(Runs.drawn(512, 1), "hb-edge", heard::add);

        assertThat(heard).containsExactly(1L, 2L, 3L, (long) ClosedLoop.systemCount());
    }

    @Test
    void stepsThatDoNotFollowOneAnotherAreRefused() {
        RecordedRun run = Runs.drawn(512, 3);

        assertThatThrownBy(() -> new RecordedRun(
                        run.model(),
                        run.attention(),
                        run.heads(),
                        List.of(run.steps().get(0), run.steps().get(2))))
                .hasMessage("decode step 1 has a context of 514 tokens after one of 512");
    }
}
