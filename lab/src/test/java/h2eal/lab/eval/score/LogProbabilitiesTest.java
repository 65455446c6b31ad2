package h2eal.lab.eval.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LogProbabilitiesTest {

    @Test
    void equalLogitsLoseTheLogarithmOfTheVocabulary() {
        assertThat(LogProbabilities.loss(new float[] {5, 5, 5, 5}, 2)).isCloseTo(Math.log(4), within(1e-12));
    }

    @Test
    void largeLogitsDoNotOverflow() {
        assertThat(LogProbabilities.loss(new float[] {3000, 2999}, 0))
                .isCloseTo(Math.log1p(Math.exp(-1)), within(1e-9));
    }

    @Test
    void divergenceOfTwoCoinsIsTheClosedForm() {
        float[] fair = {0, 0};
        float[] biased = {(float) Math.log(3), 0};

        assertThat(LogProbabilities.divergence(fair, biased))
                .isCloseTo(0.5 * Math.log(0.5 / 0.75) + 0.5 * Math.log(0.5 / 0.25), within(1e-7));
        assertThat(LogProbabilities.divergence(biased, biased)).isZero();
    }
}
