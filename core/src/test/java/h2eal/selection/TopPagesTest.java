package h2eal.selection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TopPagesTest {

    @Property(tries = 300)
    void bestPagesAreTheFrontOfAStableSort(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 400) int pages,
            @ForAll @IntRange(min = 1, max = 50) int distinctScores,
            @ForAll @IntRange(min = 0, max = 5) int from) {
        Random random = new Random(seed);
        float[] scores = new float[7 + from + pages];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextInt(distinctScores) - distinctScores / 2;
        }
        int count = random.nextInt(pages + 1);
        int[] expected = IntStream.range(from, from + pages)
                .boxed()
                .sorted(Comparator.comparing((Integer page) -> scores[7 + page]).reversed())
                .limit(count)
                .mapToInt(page -> page)
                .toArray();
        assertThat(best(scores, 7, from, from + pages, count)).containsExactly(expected);
    }

    @Property(tries = 300, seed = "5")
    void balancedPagesLeaveNoBankAboveItsShareAndKeepTheStrongestOfEach(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 8) int banks,
            @ForAll @IntRange(min = 0, max = 3) int sink,
            @ForAll @IntRange(min = 40, max = 90) int newest) {
        Random random = new Random(seed);
        float[] scores = new float[newest + 1];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextFloat();
        }
        int count = random.nextInt(1, newest / 3);
        int[] chosen = choose(new TopPages(banks), scores, 0, sink, newest, count);
        assertThat(chosen).hasSize(count).doesNotHaveDuplicates();
        int[] held = new int[banks];
        IntStream.concat(IntStream.range(0, sink), IntStream.of(newest)).forEach(page -> held[page % banks]++);
        int forcedMost = IntStream.of(held).max().orElseThrow();
        IntStream.of(chosen).forEach(page -> held[page % banks]++);
        assertThat(IntStream.of(held).max().orElseThrow())
                .isLessThanOrEqualTo(Math.max(forcedMost, Math.ceilDiv(count + sink + 1, banks)));
        for (int page = sink; page < newest; page++) {
            int other = page;
            boolean isChosen = IntStream.of(chosen).anyMatch(one -> one == other);
            assertThat(isChosen
                            || IntStream.of(chosen)
                                    .filter(one -> one % banks == other % banks)
                                    .allMatch(one -> scores[one] >= scores[other]))
                    .isTrue();
        }
        if (banks == 1) {
            assertThat(chosen).containsExactly(best(scores, 0, sink, newest, count));
        }
    }

    @Test
    void equalScoresGoToTheLowerPage() {
        assertThat(best(new float[] {1, 2, 2, 2, 3}, 0, 0, 5, 3)).containsExactly(4, 1, 2);
    }

    @Test
    void bothZerosAreEqual() {
        assertThat(best(new float[] {-0f, 0f, -0f}, 0, 0, 3, 2)).containsExactly(0, 1);
    }

    @Test
    void scoresThatAreNoNumbersRankLast() {
        float[] scores = {Float.NaN, Float.NEGATIVE_INFINITY, -1, Float.POSITIVE_INFINITY};
        assertThat(best(scores, 0, 0, 4, 4)).containsExactly(3, 2, 1, 0);
    }

    private static int[] best(float[] scores, int offset, int from, int to, int count) {
        return choose(new TopPages(1), scores, offset, from, to, count);
    }

    private static int[] choose(TopPages pages, float[] scores, int offset, int from, int to, int count) {
        int[] chosen = new int[count];
        pages.choose(scores, offset, from, to, chosen, count);
        return chosen;
    }
}
