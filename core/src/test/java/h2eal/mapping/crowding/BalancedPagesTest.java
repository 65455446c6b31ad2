package h2eal.mapping.crowding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
