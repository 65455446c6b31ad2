package h2eal.lab.eval.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IntervalTest {

    @Test
    void equalDifferencesLeaveNoDoubt() {
        assertThat(Interval.of(new double[] {0.25, 0.25, 0.25})).isEqualTo(new Interval(0.25, 0.25, 0.25));
    }

    @Test
    void aSingleTrialHasNoInterval() {
        Interval one = Interval.of(new double[] {0.5});

        assertThat(one.mean()).isEqualTo(0.5);
        assertThat(one.low()).isNaN();
        assertThat(one.high()).isNaN();
    }

    @Test
    void manyTrialsGiveTheNormalInterval() {
        Random random = new Random(3);
        double[] trials = random.doubles(400).toArray();
        double mean = Arrays.stream(trials).average().orElseThrow();
        double deviation = Math.sqrt(
                Arrays.stream(trials).map(x -> (x - mean) * (x - mean)).sum() / 399);

        Interval interval = Interval.of(trials);

        assertThat(interval.low()).isCloseTo(mean - 1.96 * deviation / 20, within(0.003));
        assertThat(interval.high()).isCloseTo(mean + 1.96 * deviation / 20, within(0.003));
    }

    @Test
    void everyTaskWeighsTheSameHoweverManyTrialsItHas() {
        Interval interval = Interval.ofGroups(List.of(new double[] {1, 1, 1, 1}, new double[] {0}));

        assertThat(interval).isEqualTo(new Interval(0.5, 0.5, 0.5));
    }
}
