package h2eal.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.attention.Budget;
import h2eal.attention.GroupRule;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// The reused selection reads what the policy says, step for step.
class ReusedSelectionTest {

    private static final int GROUP = 2;

    @Property(tries = 300, seed = "25")
    void readsWhatThePolicySays(
            @ForAll @IntRange(min = 0, max = 9999) int seed,
            @ForAll GroupRule rule,
            @ForAll @IntRange(min = 1, max = 5) int refresh,
            @ForAll @IntRange(min = 0, max = 12) int sink) {
        Random random = new Random(seed);
        HeadPattern pattern = switch (random.nextInt(5)) {
            case 0 -> new HeadPattern.Dense();
            case 1 -> new HeadPattern.Streaming(sink, 1 + random.nextInt(20));
            case 2 -> new HeadPattern.Retrieval(new Budget.Fixed(4 + random.nextInt(40)), sink, 1);
            case 3 -> new HeadPattern.Retrieval(new Budget.Growing(4 + random.nextInt(20), 3), sink, 1);
            default -> new HeadPattern.Retrieval(new Budget.PerContext(16, List.of(8, 12, 40)), sink, 1);
        };
        SelectionPolicy policy = policy(rule, refresh, GROUP);
        ReusedSelection reused = new ReusedSelection(policy, pattern);
        Selection selection = Selection.none();
        int context = 1 + random.nextInt(60);
        for (int step = 0; step < 12; step++) {
            long scores = random.nextLong();
            selection = policy.select(pattern, context, pages -> scores(scores, pages), selection);
            reused.choose(context, pages -> scores(scores, pages));
            assertThat(reused.read()).isEqualTo(selection.read());
            for (int head = 0; head < GROUP; head++) {
                int list = reused.selections() == 1 ? 0 : head;
                assertThat(reused.tokens(list).tokens()).isEqualTo(selection.tokens(head));
            }
            context += random.nextInt(8) == 0 ? random.nextInt(20) : 1;
        }
    }

    @Test
    void budgetsThatFollowTheAttentionAreRefused() {
        HeadPattern pattern = new HeadPattern.Retrieval(new Budget.MassTarget(0.9, 8, 32), 0, 1);
        assertThatThrownBy(() -> new ReusedSelection(policy(GroupRule.NONE, 1, GROUP), pattern))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static float[] scores(long seed, int pages) {
        Random random = new Random(seed);
        float[] scores = new float[GROUP * pages];
        for (int i = 0; i < scores.length; i++) {
            // ties and numbers that are none
            scores[i] = random.nextInt(9) == 0 ? Float.NaN : random.nextInt(12);
        }
        return scores;
    }

    private static SelectionPolicy policy(GroupRule rule, int refresh, int group) {
        HybridAttention attention = new HybridAttention(
                new PageGeometry(4, 2),
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
