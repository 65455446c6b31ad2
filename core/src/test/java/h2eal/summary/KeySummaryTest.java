package h2eal.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KeySummaryTest {

    private static final float[] QUEST_QUERY = {-1, 1, 3, 0, 1, 0, -3, 2};
    private static final float[] QUEST_PAGE_A = {
        4, -3, 4, -1, 3, -4, 1, 3, //
        -3, -2, 0, 3, 0, -4, -2, -3, //
        -1, 3, -1, 3, 1, -4, -4, -3, //
        -2, -4, 0, 3, -1, 2, -3, -4
    };
    private static final float[] QUEST_PAGE_B = {
        -4, 0, 3, 3, 3, 3, -2, 3, //
        2, 2, -3, -3, -3, 3, -2, -2, //
        -3, -3, 0, 2, 0, 2, 0, 4, //
        -2, -1, -1, -3, 2, 2, -3, -1
    };
    private static final float[] LSERVE_QUERY = {1, -2, 2, -2, 1, 1, 1, -3};
    private static final float[] LSERVE_PAGE_1 = {
        -1, 2, -6, 8, 0, -6, 0, 6, //
        2, 2, -1, 1, 4, 4, -2, -2, //
        -6, 3, 1, 6, 2, 1, 2, -1, //
        -2, -1, 2, 8, -5, 5, -6, 1, //
        0, -2, 3, -3, -3, 1, 5, 0, //
        3, -1, -2, 0, 2, 4, 5, 7, //
        2, 6, -8, 4, -3, -7, 2, -1, //
        4, 5, -4, 2, -8, 2, -3, -3
    };

    @Test
    void boxScoresAreThoseOfQuestFigure5() {
        // The figure prints 32 for page B because its first product is given as 1 instead of 4.
        assertThat(box(QUEST_PAGE_A, 4, QUEST_QUERY)).containsExactly(39);
        assertThat(box(QUEST_PAGE_B, 4, QUEST_QUERY)).containsExactly(35);
    }

    @Test
    void boxMayRankThePageOfTheLargestProductSecond() {
        assertThat(largestProduct(QUEST_PAGE_A, QUEST_QUERY)).isEqualTo(11);
        assertThat(largestProduct(QUEST_PAGE_B, QUEST_QUERY)).isEqualTo(28);
    }

    @Test
    void boxScoresAreThoseOfLserveFigure7() {
        assertThat(box(LSERVE_PAGE_1, 4, LSERVE_QUERY)).containsExactly(23, 40);
        float[] page2a = {-4, 0, -8, -5, -5, 0, 0, -7, 2, 8, 0, 4, 4, 6, 6, 4};
        float[] page2b = {-7, -4, -7, -5, -5, -5, -8, -5, 6, 6, 8, 7, 8, 8, 7, -1};
        assertThat(new BoxSummary(8).score(LSERVE_QUERY, 0, page2a, 0)).isEqualTo(49);
        assertThat(new BoxSummary(8).score(LSERVE_QUERY, 0, page2b, 0)).isEqualTo(78);
    }

    @Test
    void pageScoreIsTheHighestOfItsSummaries() {
        SummaryTable table = new SummaryTable(new PageGeometry(8, 4), new BoxSummary(8));
        for (int token = 0; token < 8; token++) {
            table.append(LSERVE_PAGE_1, token * 8);
        }
        assertThat(table.pageScores(LSERVE_QUERY, 1)).containsExactly(40);
    }

    @Test
    void massIsTheMeanPlusHalfTheScaledVariance() {
        KeySummary summary = KeySummary.of(SummaryScore.MASS, 4);
        float[] numbers = new float[summary.numbers()];
        summary.append(numbers, 0, new float[] {1, 0, 0, 2}, 0, 0);
        summary.append(numbers, 0, new float[] {3, 0, 0, 2}, 0, 1);
        // means 2 0 0 2, variances 1 0 0 0; the softmax scale is 1/2
        assertThat(summary.score(new float[] {3, 1, 1, -1}, 0, numbers, 0)).isEqualTo(4 + 9 / 4.0);
    }

    @Property(tries = 200)
    void boxScoreIsNeverBelowAnyProductAndExactForOneKey(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int keys) {
        Random random = new Random(seed);
        float[] page = gaussian(random, keys * 8);
        float[] query = gaussian(random, 8);
        double score = box(page, 40, query)[0];
        assertThat(score).isGreaterThanOrEqualTo(largestProduct(page, query));
        if (keys == 1) {
            assertThat(score).isEqualTo(largestProduct(page, query));
        }
    }

    @Property(tries = 100)
    void appendingKeyByKeyEqualsSummarisingThemAtOnce(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 70) int keys) {
        float[] page = gaussian(new Random(seed), keys * 8);
        float[] box = new float[16];
        float[] spread = new float[16];
        for (int count = 1; count <= keys; count++) {
            new BoxSummary(8).append(box, 0, page, (count - 1) * 8, count - 1);
            new SpreadSummary(8).append(spread, 0, page, (count - 1) * 8, count - 1);
            for (int channel = 0; channel < 8; channel++) {
                double[] column = column(page, channel, count);
                assertThat(box[channel]).isEqualTo((float) min(column));
                assertThat(box[8 + channel]).isEqualTo((float) max(column));
                assertThat(spread[channel]).isCloseTo((float) mean(column), within(1e-5f));
                assertThat(spread[8 + channel]).isCloseTo((float) variance(column), within(1e-5f));
            }
        }
    }

    @Property(tries = 50)
    void tableStartsANewSummaryAndANewPageWhereTheOldOneIsFull(
            @ForAll SummaryScore kind, @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int keys) {
        float[] all = gaussian(new Random(seed), keys * 8);
        float[] query = gaussian(new Random(~seed), 8);
        KeySummary summary = KeySummary.of(kind, 8);
        SummaryTable table = new SummaryTable(new PageGeometry(16, 4), summary);
        for (int token = 0; token < keys; token++) {
            table.append(all, token * 8);
        }
        double[] scores = table.scores(query, 0);
        assertThat(scores).hasSize(Math.ceilDiv(keys, 4));
        float[] pageScores = table.pageScores(query, 1);
        assertThat(pageScores).hasSize(Math.ceilDiv(keys, 16));
        for (int i = 0; i < scores.length; i++) {
            float[] alone = new float[16];
            for (int token = 4 * i; token < Math.min(4 * i + 4, keys); token++) {
                summary.append(alone, 0, all, token * 8, token - 4 * i);
            }
            assertThat(scores[i]).isEqualTo(summary.score(query, 0, alone, 0));
            assertThat(pageScores[i / 4]).isGreaterThanOrEqualTo((float) scores[i]);
        }
    }

    @Property(tries = 50)
    void pagesOfOneSummaryScoreLikeTheSummary(@ForAll long seed, @ForAll @IntRange(min = 1, max = 100) int keys) {
        float[] all = gaussian(new Random(seed), keys * 8);
        float[] query = gaussian(new Random(~seed), 8);
        SummaryTable table = new SummaryTable(new PageGeometry(8, 8), new BoxSummary(8));
        for (int token = 0; token < keys; token++) {
            table.append(all, token * 8);
        }
        double[] scores = table.scores(query, 0);
        float[] pageScores = table.pageScores(query, 1);
        assertThat(pageScores).hasSameSizeAs(scores);
        for (int i = 0; i < scores.length; i++) {
            assertThat(pageScores[i]).isEqualTo((float) scores[i]);
        }
    }

    private static double[] box(float[] keys, int summaryTokens, float[] query) {
        SummaryTable table = new SummaryTable(new PageGeometry(summaryTokens, summaryTokens), new BoxSummary(8));
        for (int token = 0; token < keys.length / 8; token++) {
            table.append(keys, token * 8);
        }
        return table.scores(query, 0);
    }

    private static double largestProduct(float[] keys, float[] query) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int token = 0; token < keys.length / 8; token++) {
            double product = 0;
            for (int i = 0; i < 8; i++) {
                product += (double) query[i] * keys[token * 8 + i];
            }
            largest = Math.max(largest, product);
        }
        return largest;
    }

    private static float[] gaussian(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static double[] column(float[] keys, int channel, int count) {
        double[] column = new double[count];
        for (int i = 0; i < count; i++) {
            column[i] = keys[i * 8 + channel];
        }
        return column;
    }

    private static double min(double[] numbers) {
        return Arrays.stream(numbers).min().orElseThrow();
    }

    private static double max(double[] numbers) {
        return Arrays.stream(numbers).max().orElseThrow();
    }

    private static double mean(double[] numbers) {
        return Arrays.stream(numbers).average().orElseThrow();
    }

    private static double variance(double[] numbers) {
        double mean = mean(numbers);
        return Arrays.stream(numbers)
                .map(x -> (x - mean) * (x - mean))
                .average()
                .orElseThrow();
    }
}
