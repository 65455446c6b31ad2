package h2eal.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryPrecision;
import h2eal.attention.SummaryScore;
import h2eal.runtime.page.KvType;
import h2eal.runtime.page.SummaryLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Caches that were forked from one another hold what caches of their own would.
class KvCacheForkTest {

    private static final int HEAD_SIZE = 6;
    private static final PageGeometry GEOMETRY = new PageGeometry(8, 4);
    private static final CacheShape SHAPE = new CacheShape(1, 1, HEAD_SIZE, KvType.F32, GEOMETRY, 400);

    /// A cache and the numbers that were appended to it.
    private record Copy(KvCache cache, List<Integer> appended) {
        void append(int number) {
            float[] key = new float[HEAD_SIZE];
            float[] value = new float[HEAD_SIZE];
            for (int i = 0; i < HEAD_SIZE; i++) {
                key[i] = number * (i + 1);
                value[i] = -number - i;
            }
            cache.head(0, 0).append(key, value, 0);
            appended.add(number);
        }

        void cutTo(int tokens) {
            cache.truncate(tokens);
            appended.subList(tokens, appended.size()).clear();
        }

        Copy fork() {
            return new Copy(cache.fork(), new ArrayList<>(appended));
        }
    }

    @Test
    void forksGrowCutAndForkWithoutTouchingEachOther() {
        Random random = new Random(90217);
        List<Copy> copies = new ArrayList<>();
        copies.add(new Copy(empty(), new ArrayList<>()));
        for (int round = 0; round < 600; round++) {
            Copy copy = copies.get(random.nextInt(copies.size()));
            switch (random.nextInt(8)) {
                case 0 -> copies.add(copy.fork());
                case 1 -> copy.cutTo(random.nextInt(copy.appended().size() + 1));
                default -> {
                    for (int i = random.nextInt(20); i > 0 && copy.appended().size() < 400; i--) {
                        copy.append(random.nextInt(1000));
                    }
                }
            }
            if (copies.size() == 6) {
                copies.remove(random.nextInt(6)).cache().close();
            }
            copies.forEach(KvCacheForkTest::holdsItsOwn);
        }
        copies.forEach(copy -> copy.cache().close());
    }

    @Test
    void aForkTakesNoMemoryUntilItWritesAndThenOnePage() {
        try (KvCache cache = new KvCache(SHAPE)) {
            Copy origin = new Copy(cache, new ArrayList<>());
            for (int i = 0; i < 100; i++) {
                origin.append(i);
            }
            long before = cache.usedBytes();
            try (KvCache forked = cache.fork()) {
                assertThat(forked.usedBytes()).isZero();
                new Copy(forked, new ArrayList<>()).append(7);
                assertThat(forked.usedBytes()).isEqualTo(SHAPE.layout().pageBytes());
            }
            assertThat(cache.usedBytes()).isEqualTo(before);
        }
    }

    @Test
    void aRingThatTurnsInAForkLeavesTheOriginAlone() {
        try (KvCache cache = new KvCache(SHAPE, (layer, kvHead) -> new Retention.Ends(8, 8))) {
            Copy origin = new Copy(cache, new ArrayList<>());
            for (int i = 0; i < 50; i++) {
                origin.append(i);
            }
            try (KvCache forked = cache.fork()) {
                Copy fork = new Copy(forked, new ArrayList<>(origin.appended()));
                for (int i = 0; i < 90; i++) {
                    fork.append(900 + i);
                }
                holdsItsOwn(fork);
                holdsItsOwn(origin);
            }
        }
    }

    private static KvCache empty() {
        return new KvCache(
                SHAPE,
                (layer, kvHead) -> new Retention.Everything(Optional.of(SummaryScore.BOX), SummaryPrecision.CACHE));
    }

    private static void holdsItsOwn(Copy copy) {
        HeadCache head = copy.cache().head(0, 0);
        assertThat(head.tokens()).isEqualTo(copy.appended().size());
        for (int token = 0; token < head.tokens(); token++) {
            if (head.holds(token)) {
                int page = token / GEOMETRY.pageTokens();
                int slot = token % GEOMETRY.pageTokens();
                int number = copy.appended().get(token);
                assertThat(head.layout().key(head.memory(page), head.pageAt(page), slot, 1))
                        .isEqualTo(2 * number);
                assertThat(head.layout().value(head.memory(page), head.pageAt(page), slot, 1))
                        .isEqualTo(-number - 1);
            }
        }
        if (head.summaries().isPresent()) {
            for (int summary = 0; summary < GEOMETRY.summaries(head.tokens()); summary++) {
                int to = Math.min(head.tokens(), (summary + 1) * GEOMETRY.summaryTokens());
                List<Integer> kept = copy.appended().subList(summary * GEOMETRY.summaryTokens(), to);
                assertThat(box(head, summary))
                        .containsExactly(
                                kept.stream().min(Integer::compare).orElseThrow(),
                                kept.stream().max(Integer::compare).orElseThrow());
            }
        }
    }

    /// Smallest and largest first number of the keys of a summary.
    private static float[] box(HeadCache head, int summary) {
        int block = summary / SummaryLayout.BLOCK;
        long at = head.summaryAt(block) + (long) (summary % SummaryLayout.BLOCK) * Float.BYTES;
        return new float[] {
            head.summaryMemory(block).get(ValueLayout.JAVA_FLOAT, at),
            head.summaryMemory(block).get(ValueLayout.JAVA_FLOAT, at + (long) SummaryLayout.BLOCK * Float.BYTES)
        };
    }
}
