package h2eal.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.attention.Budget;
import h2eal.attention.GroupRule;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryPrecision;
import h2eal.attention.SummaryScore;
import h2eal.attention.TokenSet;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SelectionPolicyTest {

    private static final PageScorer NEVER = pages -> {
        throw new AssertionError("scores were asked for");
    };

    @Test
    void denseHeadReadsEverythingAndScoresNothing() {
        Selection selection = policy(GroupRule.SUM, 1, 4).select(new HeadPattern.Dense(), 100, NEVER, Selection.none());
        assertThat(selection.read().tokens()).isEqualTo(TokenSet.range(0, 100));
        assertThat(selection.read().summariesScored()).isZero();
    }

    @Property(tries = 200)
    void streamingHeadReadsWhatTheMaskOfDuoAttentionAllows(
            @ForAll @IntRange(min = 0, max = 20) int sink,
            @ForAll @IntRange(min = 1, max = 30) int window,
            @ForAll @IntRange(min = 1, max = 80) int context) {
        TokenSet tokens = policy(GroupRule.SUM, 1, 4)
                .select(new HeadPattern.Streaming(sink, window), context, NEVER, Selection.none())
                .read()
                .tokens();
        int newest = context - 1;
        for (int token = 0; token < context; token++) {
            assertThat(tokens.contains(token)).isEqualTo(token < sink || token > newest - window);
        }
        assertThat(tokens.contains(context)).isFalse();
        if (context <= sink + window) {
            assertThat(tokens).isEqualTo(TokenSet.range(0, context));
        }
    }

    @Property(tries = 100)
    void retrievalHeadIsDenseWhileTheContextFitsTheBudget(@ForAll @IntRange(min = 1, max = 20) int context) {
        SelectionPolicy policy = policy(GroupRule.SUM, 1, 4);
        Selection selection = policy.select(retrieval(), context, NEVER, Selection.none());
        assertThat(selection.read().tokens()).isEqualTo(TokenSet.range(0, context));
        assertThat(policy.isDue(retrieval(), context, Selection.none())).isFalse();
    }

    @Test
    void retrievalHeadReadsSinkNewestAndBestWithinTheBudget() {
        // 12 pages, budget 5: sink pages 0 and 1 (6 tokens), newest 11, then 4 and 9.
        float[] scores = {-9, -9, 3, 1, 8, 2, 3, 3, 5, 7, 6, -9};
        Selection selection =
                policy(GroupRule.SUM, 1, 1).select(retrieval(), 46, pages -> scores.clone(), Selection.none());
        assertThat(selection.read().tokens()).isEqualTo(TokenSet.ofPages(new int[] {0, 1, 4, 9, 11}, 4, 46));
        assertThat(selection.read().summariesScored()).isEqualTo(23);
    }

    @Test
    void newestPageComesBeforeTheSinkWhenTheBudgetIsShort() {
        HybridAttention onePage = attention(GroupRule.SUM, 1, 4);
        Selection selection = new SelectionPolicy(onePage, 1, 8)
                .select(onePage.retrieval(), 46, pages -> new float[pages], Selection.none());
        assertThat(selection.read().tokens()).isEqualTo(TokenSet.range(44, 46));
    }

    @Test
    void reusedSelectionScoresNothingAndGrowsWithTheNewestPage() {
        SelectionPolicy policy = policy(GroupRule.SUM, 1, 8);
        float[] scores = {-9, -9, 3, 1, 8, 2, 3, 3, 5, 7, 6, -9};
        Selection first = policy.select(retrieval(), 46, pages -> scores.clone(), Selection.none());
        Selection second = policy.select(retrieval(), 47, NEVER, first);
        assertThat(second.read().tokens()).isEqualTo(TokenSet.ofPages(new int[] {0, 1, 4, 9, 11}, 4, 47));
        assertThat(second.read().summariesScored()).isZero();
    }

    @Test
    void pageOpenedSinceTheSelectionPushesOutTheWeakest() {
        SelectionPolicy policy = policy(GroupRule.SUM, 1, 8);
        float[] scores = {-9, -9, 3, 1, 8, 2, 3, 3, 5, 7, 6, -9};
        Selection first = policy.select(retrieval(), 46, pages -> scores.clone(), Selection.none());
        Selection later = policy.select(retrieval(), 49, NEVER, first);
        assertThat(later.read().tokens()).isEqualTo(TokenSet.ofPages(new int[] {0, 1, 4, 11, 12}, 4, 49));
    }

    @Property(tries = 200)
    void everyStepReadsTheNewestTokenAndTheSinkWithinTheBudget(
            @ForAll GroupRule rule, @ForAll @IntRange(min = 1, max = 12) int interval, @ForAll long seed) {
        SelectionPolicy policy = policy(rule, 2, interval);
        Random random = new Random(seed);
        Selection selection = Selection.none();
        int lastScored = Integer.MIN_VALUE;
        for (int context = 1; context < 90; context++) {
            boolean due = policy.isDue(retrieval(), context, selection);
            selection = policy.select(retrieval(), context, pages -> random(random, 2 * pages), selection);
            assertThat(selection.read().summariesScored() > 0).isEqualTo(due);
            for (int head = 0; head < 2; head++) {
                TokenSet tokens = selection.tokens(head);
                assertThat(tokens.contains(context - 1)).isTrue();
                assertThat(tokens.contains(Math.min(context, 6) - 1)).isTrue();
                assertThat(tokens.size()).isLessThanOrEqualTo(20);
            }
            if (context > 20) {
                assertThat(due).isEqualTo(context == 21 || context - lastScored == interval);
                lastScored = due ? context : lastScored;
            }
        }
    }

    @Property(tries = 50)
    void intervalOneSelectsAsIfNothingWereRemembered(@ForAll GroupRule rule, @ForAll long seed) {
        SelectionPolicy policy = policy(rule, 2, 1);
        Selection previous = Selection.none();
        for (int context = 15; context < 60; context++) {
            float[] scores = random(new Random(seed + context), 2 * Math.ceilDiv(context, 4));
            previous = policy.select(retrieval(), context, pages -> scores.clone(), previous);
            Selection fresh = policy.select(retrieval(), context, pages -> scores.clone(), Selection.none());
            assertThat(previous.read()).isEqualTo(fresh.read());
        }
    }

    @Test
    void shorterContextThanBeforeStartsAnew() {
        SelectionPolicy policy = policy(GroupRule.SUM, 1, 8);
        Selection first = policy.select(retrieval(), 46, float[]::new, Selection.none());
        assertThat(policy.isDue(retrieval(), 30, first)).isTrue();
        assertThat(policy.isDue(retrieval(), 46, first)).isTrue();
        assertThat(policy.isDue(retrieval(), 47, first)).isFalse();
    }

    @Test
    void groupWithoutASharedSelectionReadsTheUnion() {
        SelectionPolicy policy = policy(GroupRule.NONE, 2, 1);
        float[] scores = {
            0, 0, 9, 8, 0, 0, 0, 0, //
            0, 0, 0, 8, 9, 0, 0, 0
        };
        Selection selection = policy.select(retrieval(), 32, pages -> scores.clone(), Selection.none());
        assertThat(selection.tokens(0)).isEqualTo(TokenSet.ofPages(new int[] {0, 1, 2, 3, 7}, 4, 32));
        assertThat(selection.tokens(1)).isEqualTo(TokenSet.ofPages(new int[] {0, 1, 3, 4, 7}, 4, 32));
        assertThat(selection.read().tokens()).isEqualTo(TokenSet.ofPages(new int[] {0, 1, 2, 3, 4, 7}, 4, 32));
        assertThat(selection.read().summariesScored()).isEqualTo(16);
    }

    @Property(tries = 50)
    void groupOfOneSelectsTheSameUnderEveryRule(@ForAll GroupRule rule, @ForAll long seed) {
        float[] scores = random(new Random(seed), 15);
        Selection expected =
                policy(GroupRule.NONE, 1, 1).select(retrieval(), 60, pages -> scores.clone(), Selection.none());
        Selection selection = policy(rule, 1, 1).select(retrieval(), 60, pages -> scores.clone(), Selection.none());
        assertThat(selection.read()).isEqualTo(expected.read());
    }

    @Property(tries = 50)
    void plantedNeedlePageIsAlwaysSelected(@ForAll GroupRule rule, @ForAll @IntRange(min = 0, max = 14) int needle) {
        float[] scores = random(new Random(needle), 2 * 16);
        scores[needle] += 100;
        scores[16 + needle] += 100;
        HybridAttention attention = attention(rule, 1, 8);
        Selection selection = new SelectionPolicy(attention, 2, 8)
                .select(attention.retrieval(), 64, pages -> scores.clone(), Selection.none());
        // Two pages: the newest and one more; the sink of this policy needs two, so only page 0 can take its place.
        assertThat(selection.read().tokens().contains(needle * 4)).isEqualTo(needle == 0);
        Selection free = new SelectionPolicy(attention, 2, 8)
                .select(new HeadPattern.Retrieval(8), 64, pages -> scores.clone(), Selection.none());
        assertThat(free.read().tokens().contains(needle * 4)).isTrue();
    }

    @Test
    void budgetBelowOnePageIsRefused() {
        assertThatThrownBy(() -> attention(GroupRule.SUM, 1, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least pageTokens")
                .hasMessageContaining("3, 4");
    }

    @Test
    void anOracleScoresForFree() {
        HybridAttention plain = attention(GroupRule.SUM, 1, 20);
        HybridAttention oracle = new HybridAttention(
                plain.geometry(),
                plain.streaming(),
                plain.retrieval(),
                plain.score(),
                GroupRule.SUM,
                1,
                0,
                false,
                true,
                SummaryPrecision.CACHE,
                OptionalInt.empty());
        float[] scores = random(new Random(2), 25);
        Selection free = new SelectionPolicy(oracle, 1, 8).select(retrieval(), 100, pages -> scores, Selection.none());
        Selection paid = new SelectionPolicy(plain, 1, 8).select(retrieval(), 100, pages -> scores, Selection.none());
        assertThat(free.read().summariesScored()).isZero();
        assertThat(paid.read().summariesScored()).isEqualTo(50);
        assertThat(free.read().tokens()).isEqualTo(paid.read().tokens());
    }

    @Test
    void budgetsDifferFromHeadToHeadInWholePages() {
        HeadMap heads = HeadMap.allRetrieval(1, 3).withBudgetFactors(new double[][] {{0.01, 1, 2}});
        HybridAttention attention = attention(GroupRule.SUM, 1, 20);
        assertThat(attention.pattern(heads, 0, 0)).isEqualTo(new HeadPattern.Retrieval(new Budget.Fixed(8), 6));
        assertThat(attention.pattern(heads, 0, 1)).isEqualTo(retrieval());
        assertThat(attention.pattern(heads, 0, 2)).isEqualTo(new HeadPattern.Retrieval(new Budget.Fixed(40), 6));
    }

    private static HeadPattern.Retrieval retrieval() {
        return new HeadPattern.Retrieval(new Budget.Fixed(20), 6);
    }

    private static SelectionPolicy policy(GroupRule rule, int groupSize, int interval) {
        return new SelectionPolicy(attention(rule, interval, 20), groupSize, 8);
    }

    /// Pages of 4 tokens with two summaries each, a sink of 6 tokens.
    private static HybridAttention attention(GroupRule rule, int interval, int budgetTokens) {
        return new HybridAttention(
                new PageGeometry(4, 2),
                new HeadPattern.Streaming(6, 8),
                new HeadPattern.Retrieval(new Budget.Fixed(budgetTokens), 6),
                SummaryScore.BOX,
                rule,
                interval,
                0,
                false);
    }

    private static float[] random(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }
}
