package h2eal.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryPrecision;
import h2eal.attention.SummaryScore;
import h2eal.runtime.page.KvType;
import h2eal.runtime.page.SummaryLayout;
import h2eal.summary.KeySummary;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeadCacheTest {

    private static final int HEAD_SIZE = 6;
    private static final PageGeometry GEOMETRY = new PageGeometry(8, 4);

    @Test
    void everyTokenStaysReadable() {
        try (KvCache cache = new KvCache(shape(300))) {
            HeadCache head = cache.head(1, 1);
            appendUpTo(head, 300);
            for (int token = 0; token < 300; token++) {
                assertThat(head.holds(token)).isTrue();
                assertThat(firstKeyNumber(head, token)).isEqualTo(token);
            }
            assertThat(head.holds(300)).isFalse();
        }
    }

    @Test
    void aRingKeepsSinkAndWindowAndLittleMore() {
        try (KvCache cache = new KvCache(shape(1000), (layer, kvHead) -> new Retention.Ends(10, 20))) {
            HeadCache head = cache.head(0, 0);
            for (int end = 1; end <= 1000; end++) {
                appendUpTo(head, end);
                for (int token = 0; token < end; token++) {
                    boolean mustHold = token < 10 || token > end - 1 - 20;
                    assertThat(!mustHold || head.holds(token)).isTrue();
                    if (head.holds(token)) {
                        assertThat(firstKeyNumber(head, token)).isEqualTo(token);
                    }
                }
            }
            // 2 pages of sink and 4 of window, not the 125 of the context
            assertThat(cache.usedBytes()).isEqualTo(6 * head.layout().pageBytes());
        }
    }

    @Test
    void aFullCacheSaysHowMuchItHolds() {
        try (KvCache cache = new KvCache(shape(9))) {
            HeadCache head = cache.head(0, 0);
            appendUpTo(head, 9);
            assertThatThrownBy(() -> appendUpTo(head, 10))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the KV cache is full: it holds 9 tokens");
        }
    }

    @Test
    void memoryIsTakenAsTokensArrive() {
        try (KvCache cache = new KvCache(shape(1 << 20))) {
            assertThat(cache.usedBytes()).isZero();
            appendUpTo(cache.head(0, 0), 8);
            assertThat(cache.usedBytes()).isEqualTo(cache.shape().layout().pageBytes());
            appendUpTo(cache.head(0, 0), 8 * 100);
            assertThat(cache.usedBytes())
                    .isBetween(
                            100 * cache.shape().layout().pageBytes(),
                            125 * cache.shape().layout().pageBytes());
        }
    }

    @Test
    void pagesOfAnnouncedTokensLieTogetherAndNoMoreAreTakenThanTheyNeed() {
        try (KvCache cache = new KvCache(shape(1 << 20))) {
            appendUpTo(cache.head(0, 0), 3);
            cache.announce(8 * 100);
            for (int end = 4; end <= 8 * 100; end += 4) {
                for (int kvHead = 0; kvHead < 2; kvHead++) {
                    appendUpTo(cache.head(0, kvHead), end);
                }
            }
            // one page before the announcement, then a run of 64 and what is left of the 101 pages for 803 tokens
            assertThat(breaks(cache.head(0, 0), 100)).containsExactly(1, 65);
            assertThat(breaks(cache.head(0, 1), 100)).containsExactly(64);
            assertThat(cache.usedBytes())
                    .isEqualTo((101 + 100) * cache.shape().layout().pageBytes());
        }
    }

    /// Pages of the first `pages` that do not begin where the one before them ends.
    private static List<Integer> breaks(HeadCache head, int pages) {
        return IntStream.range(1, pages)
                .filter(page -> address(head, page)
                        != address(head, page - 1) + head.layout().pageBytes())
                .boxed()
                .toList();
    }

    private static long address(HeadCache head, int page) {
        return head.memory(page).address() + head.pageAt(page);
    }

    @ParameterizedTest
    @EnumSource(SummaryScore.class)
    void summariesEqualThoseOfThePolicyAlsoAfterACut(SummaryScore score) {
        // the last of 150 tokens are in an open summary, which only exact numbers can hold
        assertSummaries(score, SummaryPrecision.CACHE, 150, 1e-5f);
        assertSummaries(score, SummaryPrecision.INT8, 148, 0.02f);
    }

    private static void assertSummaries(SummaryScore score, SummaryPrecision precision, int tokens, float tolerance) {
        try (KvCache cache = new KvCache(
                shape(tokens), (layer, kvHead) -> new Retention.Everything(Optional.of(score), precision))) {
            HeadCache head = cache.head(0, 1);
            KeySummary reference = KeySummary.of(score, HEAD_SIZE);
            float[] expected = new float[GEOMETRY.summaries(tokens) * reference.numbers()];
            float[] keys = gaussian(new Random(3), tokens * HEAD_SIZE);
            for (int token = 0; token < tokens; token++) {
                head.append(keys, keys, token * HEAD_SIZE);
                int at = token / 4 * reference.numbers();
                reference.append(expected, at, keys, token * HEAD_SIZE, token % 4);
            }
            assertSummaries(head, expected, tolerance);
            head.truncate(70);
            for (int token = 70; token < tokens; token++) {
                head.append(keys, keys, token * HEAD_SIZE);
            }
            assertSummaries(head, expected, tolerance);
        }
    }

    private static void assertSummaries(HeadCache head, float[] expected, float tolerance) {
        for (int i = 0; i < expected.length; i++) {
            int summary = i / (2 * HEAD_SIZE);
            int number = i % (2 * HEAD_SIZE) / HEAD_SIZE;
            int dimension = i % HEAD_SIZE;
            int block = summary / SummaryLayout.BLOCK;
            float actual = head.summaries()
                    .orElseThrow()
                    .number(
                            head.summaryMemory(block),
                            head.summaryAt(block),
                            summary % SummaryLayout.BLOCK,
                            dimension,
                            number);
            assertThat(actual).isCloseTo(expected[i], within(tolerance));
        }
    }

    private static CacheShape shape(int capacity) {
        return new CacheShape(2, 2, HEAD_SIZE, KvType.F32, GEOMETRY, capacity);
    }

    /// Appends tokens whose numbers are their position.
    private static void appendUpTo(HeadCache head, int end) {
        float[] numbers = new float[HEAD_SIZE];
        while (head.tokens() < end) {
            Arrays.fill(numbers, head.tokens());
            head.append(numbers, numbers, 0);
        }
    }

    private static float firstKeyNumber(HeadCache head, int token) {
        int page = token / GEOMETRY.pageTokens();
        return head.layout().key(head.memory(page), head.pageAt(page), token % GEOMETRY.pageTokens(), 0);
    }

    private static float[] gaussian(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }
}
