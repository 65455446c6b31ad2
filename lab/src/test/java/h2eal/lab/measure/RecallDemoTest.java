package h2eal.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.lab.fit.FitCheck;
import h2eal.lab.loop.ClosedLoop;
import h2eal.lab.loop.RecordedRun;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RecallDemoTest {

    @Test
    void hybridAnswersLikeDenseAndReadsLessThanHalfOfTheBytes() throws IOException {
        RecallDemo demo = RecallDemo.run(Runtime.getRuntime().availableProcessors(), parts -> {});

        assertThat(demo.dense().right(demo.haystack())).isEqualTo(4);
        assertThat(demo.hybrid().answers()).isEqualTo(demo.dense().answers());
        assertThat(demo.dense().attention().pagesSkipped()).isZero();
        assertThat(demo.hybrid().attention().pagesSkipped()).isPositive();
        assertThat(demo.hybrid().attention().savedFactor()).isGreaterThan(2.7);
        // every token after the text is one recorded step: four questions of 5 characters, four answers of 4
        assertThat(demo.reads().steps()).toIterable().hasSize(4 * (5 + 4));
        // which the accelerator reads faster than the strongest dense baseline
        assertThat(ClosedLoop.of(RecordedRun.of(demo), "hb-edge", done -> {}).gains())
                .filteredOn(gain -> gain.baseline().equals("hb-tiled"))
                .singleElement()
                .satisfies(gain -> {
                    assertThat(gain.attention().speedup()).isGreaterThan(1.4);
                    assertThat(gain.attention().energyEfficiency()).isGreaterThan(1.9);
                });
        // and drawn reads fitted to them cost what they cost
        FitCheck fitted = FitCheck.of(RecordedRun.of(demo), "hb-edge");
        assertThat(fitted.attentionError()).isCloseTo(0, within(0.05));
        assertThat(fitted.endToEndError()).isCloseTo(0, within(0.05));
    }
}
