package h2eal.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.runtime.text.Sampler.Greedy;
import h2eal.runtime.text.Sampler.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {

    /// Probabilities 0.5, 0.25, 0.15, 0.1 at temperature 1, shuffled.
    private static final float[] LOGITS = {log(0.15), log(0.5), log(0.1), log(0.25)};

    @Test
    void greedyTakesTheLargestAndTheLowerOnATie() {
        assertThat(new Greedy().start().next(new float[] {1, 3, 2, 3})).isEqualTo(1);
    }

    @Test
    void tokensAreDrawnAsOftenAsTheyAreLikely() {
        int[] counts = counts(Random.atTemperature(1, 5));
        assertThat(counts[1] / 20_000.0).isCloseTo(0.5, within(0.015));
        assertThat(counts[3] / 20_000.0).isCloseTo(0.25, within(0.015));
        assertThat(counts[2] / 20_000.0).isCloseTo(0.1, within(0.015));
    }

    @Test
    void temperatureSharpensAndFlattens() {
        // At temperature 1/2 probabilities are squared: 0.25 / (0.25 + 0.0625 + 0.0225 + 0.01).
        assertThat(counts(Random.atTemperature(0.5, 5))[1] / 20_000.0).isCloseTo(0.7246, within(0.015));
    }

    @Test
    void eachLimitKeepsTheLikeliestTokens() {
        assertThat(drawn(new Random(1, 2, 1, 0, 5))).containsExactly(1, 3);
        assertThat(drawn(new Random(1, 0, 0.74, 0, 5))).containsExactly(1, 3);
        assertThat(drawn(new Random(1, 0, 0.76, 0, 5))).containsExactly(0, 1, 3);
        assertThat(drawn(new Random(1, 0, 1, 0.29, 5))).containsExactly(0, 1, 3);
        assertThat(drawn(new Random(1, 0, 1e-9, 0, 5))).containsExactly(1);
    }

    @Test
    void theSeedDecidesTheWholeSequence() {
        assertThat(sequence(7)).isEqualTo(sequence(7)).isNotEqualTo(sequence(8));
    }

    @Test
    void limitsOutOfRangeAreNamed() {
        assertThatThrownBy(() -> Random.atTemperature(0, 1)).hasMessageContaining("temperature");
        assertThatThrownBy(() -> new Random(1, 0, 0, 0, 1)).hasMessageContaining("topP");
        assertThatThrownBy(() -> new Random(1, -1, 1, 0, 1)).hasMessageContaining("topK");
        assertThatThrownBy(() -> new Random(1, 0, 1, 2, 1)).hasMessageContaining("minP");
    }

    private static int[] counts(Sampler sampler) {
        Sampler.Choice choice = sampler.start();
        int[] counts = new int[LOGITS.length];
        for (int i = 0; i < 20_000; i++) {
            counts[choice.next(LOGITS)]++;
        }
        return counts;
    }

    private static int[] drawn(Sampler sampler) {
        int[] counts = counts(sampler);
        return IntStream.range(0, counts.length)
                .filter(token -> counts[token] > 0)
                .toArray();
    }

    private static int[] sequence(long seed) {
        Sampler.Choice choice = Random.atTemperature(1, seed).start();
        return IntStream.range(0, 50).map(i -> choice.next(LOGITS)).toArray();
    }

    private static float log(double probability) {
        return (float) Math.log(probability);
    }
}
