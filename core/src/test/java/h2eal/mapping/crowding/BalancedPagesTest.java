package h2eal.mapping.crowding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.attention.Budget;
import h2eal.attention.GroupRule;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.attention.TokenSet;
import h2eal.selection.Selection;
import h2eal.selection.SelectionPolicy;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BalancedPagesTest {

    /// Eight pages in turn over four banks.
    private static final PageLoads IN_TURN = inTurn(8, 4);

    private static PageLoads inTurn(int pages, int banks) {
        int[][] bytes = new int[pages][banks];
        for (int page = 0; page < pages; page++) {
            bytes[page][page % banks] = 100;
        }
        return PageLoads.of(bytes);
    }

    @Test
    void givesUpTheWeakestPageOfACrowdedBank() {
        float[] scores = {9, 0, 0, 0, 8, 0.5f, 0.25f, 0};
        assertThat(new BalancedPages(Double.POSITIVE_INFINITY).select(scores, List.of(), 4, IN_TURN))
                .containsExactly(0, 4, 5, 6);
        assertThat(new BalancedPages(0).select(scores, List.of(), 4, IN_TURN)).containsExactly(0, 3, 5, 6);
    }

    @Test
    void keepsForcedPages() {
        float[] scores = {0, 0, 0, 0, 9, 8, 7, 6};
        assertThat(new BalancedPages(0).select(scores, List.of(0), 4, IN_TURN)).containsExactly(0, 5, 6, 7);
    }

    @Test
    void raisesTheLimitWhereNoSetKeepsIt() {
        assertThat(new BalancedPages(0).select(new float[] {3, 2, 1}, List.of(), 2, inTurn(3, 1)))
                .containsExactly(0, 1);
        assertThat(new BalancedPages(0).select(new float[8], List.of(), 3, IN_TURN))
                .hasSize(3);
    }

    @Test
    void refusesMorePagesThanThereAre() {
        assertThatThrownBy(() -> new BalancedPages(0).select(new float[8], List.of(), 9, IN_TURN))
                .hasMessageContaining("9 of 8 pages");
    }

    /// The rule of the policy, which knows no placement, on the placement that it assumes.
    @Property(tries = 100)
    void pagesThatLieInTurnAreChosenAsThePolicyChoosesThem(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 8) int banks,
            @ForAll @IntRange(min = 1, max = 3) int share) {
        Random random = new Random(seed);
        int pages = 8 * banks;
        float[] scores = new float[pages];
        for (int page = 0; page < pages; page++) {
            scores[page] = random.nextFloat();
        }
        int count = Math.max(2, share * banks);
        HybridAttention attention = new HybridAttention(
                new PageGeometry(1, 1),
                new HeadPattern.Streaming(1, 1),
                new HeadPattern.Retrieval(new Budget.Fixed(count), 1, banks),
                SummaryScore.BOX,
                GroupRule.SUM,
                1,
                0,
                false);
        TokenSet chosen = new SelectionPolicy(attention, 1, 1)
                .select(attention.retrieval(), pages, all -> scores.clone(), Selection.none())
                .tokens(0);
        assertThat(new BalancedPages(0).select(scores, List.of(0, pages - 1), count, inTurn(pages, banks)))
                .allMatch(chosen::contains)
                .hasSize(chosen.size());
    }

    @Property(tries = 100)
    void lessSlackNeverLoadsTheFullestBankMoreThanItsLimit(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int banks) {
        Random random = new Random(seed);
        int pages = 8 * banks;
        float[] scores = new float[pages];
        for (int page = 0; page < pages; page++) {
            scores[page] = random.nextFloat();
        }
        PageLoads loads = inTurn(pages, banks);
        int count = 2 * banks;
        List<Integer> balanced = new BalancedPages(0).select(scores, List.of(), count, loads);
        assertThat(balanced).hasSize(count).doesNotHaveDuplicates().isSorted();
        assertThat(loads.fullest(balanced)).isEqualTo(200);
        assertThat(loads.crowding(balanced)).isEqualTo(1);
        List<Integer> best = IntStream.range(0, pages)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer page) -> -scores[page]))
                .limit(count)
                .sorted()
                .toList();
        assertThat(new BalancedPages(Double.POSITIVE_INFINITY).select(scores, List.of(), count, loads))
                .isEqualTo(best);
    }
}
