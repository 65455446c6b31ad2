package h2eal.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.GroupRule;
import org.junit.jupiter.api.Test;

class GroupScoresTest {

    private static final float[] SCORES = {
        1, 5, -2, //
        30, 20, 31
    };

    @Test
    void sumAndMaximumOfTheQueryHeads() {
        assertThat(shared(GroupRule.SUM)).startsWith(31, 25, 29);
        assertThat(shared(GroupRule.MAX)).startsWith(30, 20, 31);
        assertThat(shared(GroupRule.NONE)).containsExactly(SCORES);
    }

    @Test
    void softmaxMaximumIsTheLogarithmOfTheLargestShare() {
        double first = Math.exp(.5) + Math.exp(2.5) + Math.exp(-1);
        double second = Math.exp(15) + Math.exp(10) + Math.exp(15.5);
        float[] shared = shared(GroupRule.SOFTMAX_MAX);
        assertThat((double) shared[0]).isCloseTo(Math.log(Math.exp(15) / second), within(1e-6));
        assertThat((double) shared[1]).isCloseTo(Math.log(Math.exp(2.5) / first), within(1e-6));
        assertThat((double) shared[2]).isCloseTo(Math.log(Math.exp(15.5) / second), within(1e-6));
    }

    private static float[] shared(GroupRule rule) {
        float[] scores = SCORES.clone();
        GroupScores.share(rule, scores, 2, 3, .5);
        return scores;
    }
}
