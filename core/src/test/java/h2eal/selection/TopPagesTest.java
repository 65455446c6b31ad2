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
        assertThat(TopPages.best(scores, 7, from, from + pages, count)).containsExactly(expected);
    }

    @Test
    void equalScoresGoToTheLowerPage() {
        assertThat(TopPages.best(new float[] {1, 2, 2, 2, 3}, 0, 0, 5, 3)).containsExactly(4, 1, 2);
    }

    @Test
    void bothZerosAreEqual() {
        assertThat(TopPages.best(new float[] {-0f, 0f, -0f}, 0, 0, 3, 2)).containsExactly(0, 1);
    }

    @Test
    void scoresThatAreNoNumbersRankLast() {
        float[] scores = {Float.NaN, Float.NEGATIVE_INFINITY, -1, Float.POSITIVE_INFINITY};
        assertThat(TopPages.best(scores, 0, 0, 4, 4)).containsExactly(3, 2, 1, 0);
    }
}
