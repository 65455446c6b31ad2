package h2eal.selection;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.attention.Budget;
import h2eal.attention.GroupRule;
import h2eal.attention.HeadPattern;
import h2eal.attention.HeadRead;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.attention.TokenSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// The reused selection reads what the policy says, step for step.
class ReusedSelectionTest {

    private static final int GROUP = 2;
    private static final int PAGE_TOKENS = 4;

    @Property(tries = 300, seed = "25")
    void readsWhatThePolicySays(
            @ForAll @IntRange(min = 0, max = 9999) int seed,
            @ForAll GroupRule rule,
            @ForAll @IntRange(min = 1, max = 5) int refresh,
            @ForAll @IntRange(min = 0, max = 12) int sink) {
        Random random = new Random(seed);
        HeadPattern pattern = pattern(random, sink);
        SelectionPolicy policy = policy(rule, refresh, GROUP);
        ReusedSelection reused = new ReusedSelection(policy, pattern);
        Selection selection = Selection.none();
        float odd = pattern instanceof HeadPattern.Retrieval retrieval
                        && retrieval.massTarget().isPresent()
                ? 0
                : Float.NaN;
        int context = 1 + random.nextInt(60);
        for (int step = 0; step < 12; step++) {
            long scores = random.nextLong();
            selection = policy.select(pattern, context, pages -> scores(scores, pages, odd), selection);
            reused.choose(context, pages -> scores(scores, pages, odd));
            assertThat(reused.read()).isEqualTo(selection.read());
            for (int head = 0; head < GROUP; head++) {
                assertThat(tokens(reused, head)).isEqualTo(selection.tokens(head));
            }
            if (random.nextInt(5) > 0) {
                selection = measured(policy, selection, reused, random);
            }
            assertThat(reused.hasEstimate())
                    .isEqualTo(selection.estimatedShare().isPresent());
            if (reused.hasEstimate()) {
                assertThat(1 - reused.estimatedDrop())
                        .isEqualTo(selection.estimatedShare().getAsDouble());
            }
            context += random.nextInt(8) == 0 ? random.nextInt(20) : 1;
        }
    }

    private static HeadPattern pattern(Random random, int sink) {
        int banks = random.nextBoolean() ? 1 : 1 + random.nextInt(4);
        return switch (random.nextInt(6)) {
            case 0 -> new HeadPattern.Dense();
            case 1 -> new HeadPattern.Streaming(sink, 1 + random.nextInt(20));
            case 2 -> new HeadPattern.Retrieval(new Budget.Fixed(4 + random.nextInt(40)), sink, banks);
            case 3 -> new HeadPattern.Retrieval(new Budget.Growing(4 + random.nextInt(20), 3), sink, banks);
            case 4 -> new HeadPattern.Retrieval(new Budget.PerContext(16, List.of(8, 12, 40)), sink, banks);
            default -> {
                Budget target = new Budget.MassTarget(random.nextDouble(0.01, 1), 8, 8 + random.nextInt(40));
                yield new HeadPattern.Retrieval(target, sink, banks);
            }
        };
    }

    /// Tells both what the pages read hold.
    private static Selection measured(
            SelectionPolicy policy, Selection selection, ReusedSelection reused, Random random) {
        if (!reused.isToBeMeasured()) {
            return policy.measured(selection, new double[GROUP][100]);
        }
        double[][] logMasses = new double[GROUP][];
        for (int head = 0; head < GROUP; head++) {
            int[] pages = selection.tokens(head).pageNumbers(PAGE_TOKENS);
            logMasses[head] = random.doubles(pages.length, -5, 5).toArray();
            for (int i = 0; i < pages.length; i++) {
                reused.measured(head, pages[i], logMasses[head][i]);
            }
        }
        reused.learn();
        return policy.measured(selection, logMasses);
    }

    @Test
    void resetForgetsWhatWasLearned() {
        HeadPattern pattern = new HeadPattern.Retrieval(new Budget.MassTarget(0.5, 4, 40), 0, 1);
        ReusedSelection reused = new ReusedSelection(policy(GroupRule.SUM, 1, GROUP), pattern);
        reused.choose(60, pages -> scores(5, pages, 0));
        HeadRead first = reused.read();
        for (int step = 0; step < 5; step++) {
            for (int page : reused.read().tokens().pageNumbers(PAGE_TOKENS)) {
                for (int head = 0; head < GROUP; head++) {
                    reused.measured(head, page, page == 14 ? 20 : 0);
                }
            }
            reused.learn();
            reused.choose(60, pages -> scores(5, pages, 0));
        }
        assertThat(reused.read().tokens().size()).isLessThan(first.tokens().size());

        reused.reset();

        reused.choose(60, pages -> scores(5, pages, 0));
        assertThat(reused.read()).isEqualTo(first);
    }

    private static TokenSet tokens(ReusedSelection reused, int head) {
        return reused.tokens(reused.selections() == 1 ? 0 : head).tokens();
    }

    /// @param odd a score now and then
    private static float[] scores(long seed, int pages, float odd) {
        Random random = new Random(seed);
        float[] scores = new float[GROUP * pages];
        for (int i = 0; i < scores.length; i++) {
            // ties
            scores[i] = random.nextInt(9) == 0 ? odd : random.nextInt(12);
        }
        return scores;
    }

    private static SelectionPolicy policy(GroupRule rule, int refresh, int group) {
        HybridAttention attention = new HybridAttention(
                new PageGeometry(PAGE_TOKENS, 2),
                new HeadPattern.Streaming(4, 8),
                new HeadPattern.Retrieval(16),
                SummaryScore.BOX,
                rule,
                refresh,
                0,
                false);
        return new SelectionPolicy(attention, group, 8);
    }
}
