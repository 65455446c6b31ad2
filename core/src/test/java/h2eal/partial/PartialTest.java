package h2eal.partial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.TokenSet;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PartialTest {

    private static final int HEAD_SIZE = 8;

    /// Scores reach 30, where a float is 2e-6 wide: the weights are off by as much, relatively.
    private static final double FLOAT_ERROR = 1e-5;

    @Property(tries = 100)
    void mergeOfAnySplitInAnyOrderIsTheWhole(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 200) int tokens,
            @ForAll @IntRange(min = 1, max = 20) int tiles) {
        Random random = new Random(seed);
        ExactAttention attention = random(random, tokens);
        float[] query = gaussian(random, HEAD_SIZE, 3);
        Partial[] parts = new Partial[tiles];
        float[] floatParts = new float[tiles * FloatPartials.numbers(HEAD_SIZE)];
        for (int tile = 0; tile < tiles; tile++) {
            parts[tile] = Partial.empty(HEAD_SIZE);
            FloatPartials.clear(floatParts, tile * FloatPartials.numbers(HEAD_SIZE), HEAD_SIZE);
        }
        for (int token = 0; token < tokens; token++) {
            int tile = random.nextInt(tiles);
            parts[tile] = parts[tile].merge(attention.attend(query, 0, TokenSet.range(token, token + 1)));
            int at = tile * FloatPartials.numbers(HEAD_SIZE);
            float score = (float) attention.score(query, 0, token);
            FloatPartials.add(floatParts, at, score, attention.values(), token * HEAD_SIZE, HEAD_SIZE);
        }
        Partial dense = attention.dense(query, 0);
        Partial tree = tree(parts, 0, tiles);
        Partial chain = Partial.empty(HEAD_SIZE);
        float[] floatChain = new float[FloatPartials.numbers(HEAD_SIZE)];
        FloatPartials.clear(floatChain, 0, HEAD_SIZE);
        for (int tile = tiles - 1; tile >= 0; tile--) {
            chain = chain.merge(parts[tile]);
            FloatPartials.merge(floatChain, 0, floatParts, tile * FloatPartials.numbers(HEAD_SIZE), HEAD_SIZE);
        }
        float[] floatOutput = new float[HEAD_SIZE];
        FloatPartials.output(floatChain, 0, floatOutput, 0, HEAD_SIZE);
        for (Partial merged : new Partial[] {tree, chain}) {
            assertThat(merged.output()).containsExactly(dense.output(), within(1e-12));
            assertThat(merged.logSumExp()).isCloseTo(dense.logSumExp(), within(1e-12));
        }
        for (int i = 0; i < HEAD_SIZE; i++) {
            assertThat((double) floatOutput[i]).isCloseTo(dense.output()[i], within(FLOAT_ERROR));
        }
        assertThat(floatChain[0] + Math.log(floatChain[1])).isCloseTo(dense.logSumExp(), within(FLOAT_ERROR));
    }

    @Property(tries = 100)
    void droppedMassTimesTheDistanceOfTheHalvesIsTheError(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 80) int tokens) {
        Random random = new Random(seed);
        ExactAttention attention = random(random, tokens);
        float[] query = gaussian(random, HEAD_SIZE, 2);
        int cut = 1 + random.nextInt(tokens - 1);
        Partial kept = attention.attend(query, 0, TokenSet.range(0, cut));
        Partial dropped = attention.attend(query, 0, TokenSet.range(cut, tokens));
        Partial dense = attention.dense(query, 0);
        double share = DroppedMass.of(kept, dense);
        for (int i = 0; i < HEAD_SIZE; i++) {
            double error = dense.output()[i] - kept.output()[i];
            assertThat(error).isCloseTo(share * (dropped.output()[i] - kept.output()[i]), within(1e-12));
        }
        assertThat(share + DroppedMass.of(dropped, dense)).isCloseTo(1, within(1e-12));
    }

    @Property(tries = 50)
    void keptMassGrowsWithNestedSets(@ForAll long seed, @ForAll @IntRange(min = 2, max = 80) int tokens) {
        Random random = new Random(seed);
        ExactAttention attention = random(random, tokens);
        float[] query = gaussian(random, HEAD_SIZE, 2);
        Partial dense = attention.dense(query, 0);
        double mass = 0;
        for (int count = 1; count <= tokens; count++) {
            double larger = attention.attend(query, 0, TokenSet.range(0, count)).massWithin(dense);
            assertThat(larger).isGreaterThanOrEqualTo(mass);
            mass = larger;
        }
        assertThat(mass).isCloseTo(1, within(1e-12));
    }

    @Property(tries = 50)
    void compensationOfEqualTokensIsExact(@ForAll long seed, @ForAll @IntRange(min = 1, max = 50) int dropped) {
        Random random = new Random(seed);
        float[] oneKey = gaussian(random, HEAD_SIZE, 1);
        float[] oneValue = gaussian(random, HEAD_SIZE, 1);
        float[] keys = new float[dropped * HEAD_SIZE];
        float[] values = new float[dropped * HEAD_SIZE];
        CompensationToken token = new CompensationToken(HEAD_SIZE);
        for (int i = 0; i < dropped; i++) {
            System.arraycopy(oneKey, 0, keys, i * HEAD_SIZE, HEAD_SIZE);
            System.arraycopy(oneValue, 0, values, i * HEAD_SIZE, HEAD_SIZE);
            token.drop(oneKey, 0, oneValue, 0);
        }
        float[] query = gaussian(random, HEAD_SIZE, 2);
        Partial exact = new ExactAttention(keys, values, HEAD_SIZE).dense(query, 0);
        assertThat(token.count()).isEqualTo(dropped);
        assertThat(token.partial(query, 0).output()).containsExactly(exact.output(), within(1e-12));
        assertThat(token.partial(query, 0).logSumExp()).isCloseTo(exact.logSumExp(), within(1e-12));
    }

    @Test
    void compensationForNothingIsNeutral() {
        Partial nothing = new CompensationToken(2).partial(new float[2], 0);
        assertThat(Partial.of(1, 1, new double[] {3, 4}).merge(nothing).output())
                .containsExactly(3, 4);
    }

    @Test
    void distantScoresDoNotOverflow() {
        Partial merged = Partial.of(1e4, 1, new double[] {1}).merge(Partial.of(-1e4, 1, new double[] {2}));
        assertThat(merged.output()).containsExactly(1);
        assertThat(merged.logSumExp()).isEqualTo(1e4);
    }

    @Test
    void nothingKeptHasNoOutput() {
        assertThatThrownBy(() -> Partial.empty(2).output()).isInstanceOf(IllegalStateException.class);
        assertThat(Partial.empty(2).logSumExp()).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Property(tries = 50)
    void boundOnTheDroppedMassHolds(@ForAll long seed, @ForAll @IntRange(min = 2, max = 80) int tokens) {
        Random random = new Random(seed);
        ExactAttention attention = random(random, tokens);
        float[] query = gaussian(random, HEAD_SIZE, 2);
        int cut = 1 + random.nextInt(tokens);
        double bound = Double.NEGATIVE_INFINITY;
        for (int token = cut; token < tokens; token++) {
            bound = Math.max(bound, attention.score(query, 0, token));
        }
        Partial kept = attention.attend(query, 0, TokenSet.range(0, cut));
        double share = DroppedMass.of(kept, attention.dense(query, 0));
        assertThat(DroppedMass.bound(kept, new double[] {bound}, new int[] {tokens - cut}))
                .isGreaterThanOrEqualTo(share - 1e-12);
    }

    private static Partial tree(Partial[] parts, int from, int to) {
        if (to - from == 1) {
            return parts[from];
        }
        int middle = (from + to) / 2;
        return tree(parts, from, middle).merge(tree(parts, middle, to));
    }

    private static ExactAttention random(Random random, int tokens) {
        float[] keys = gaussian(random, tokens * HEAD_SIZE, 2);
        return new ExactAttention(keys, gaussian(random, tokens * HEAD_SIZE, 1), HEAD_SIZE);
    }

    private static float[] gaussian(Random random, int count, float factor) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = factor * (float) random.nextGaussian();
        }
        return numbers;
    }
}
