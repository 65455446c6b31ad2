package h2eal.runtime.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.SummaryPrecision;
import h2eal.attention.SummaryScore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs the same lambda on all twins. Run again with narrower vectors and with native kernels by the build.
class PageKernelsTest {

    private static final int[] HEAD_SIZES = {1, 13, 16, 32, 64, 80, 96, 128, 256};
    /// How far from exact arithmetic a twin may be that rounds queries to 15 bits; with 8 it would be thirty times as
    /// far.
    private static final float ROUNDED = 2e-4f;
    private static final int[] PAGE_TOKENS = {1, 4, 16, 48, 64, 128};

    @ParameterizedTest
    @EnumSource(KvType.class)
    void twinsAttendAlike(KvType type) {
        Random random = new Random(17);
        for (int headSize : HEAD_SIZES) {
            for (int pageTokens : PAGE_TOKENS) {
                PageLayout layout = new PageLayout(type, headSize, pageTokens);
                MemorySegment memory = filled(layout, 3, random);
                for (int group = 1; group <= 8; group++) {
                    float[] queries = PageLayoutTest.gaussian(random, group * headSize);
                    int rows = group;
                    int from = random.nextInt(pageTokens);
                    int to = from + 1 + random.nextInt(pageTokens - from);
                    assertTwins(layout, group, 2e-6f * (1 + headSize / 16), (kernels, scratch) -> {
                        load(scratch, queries, rows);
                        kernels.attend(memory, 0, from, pageTokens, scratch);
                        kernels.attend(memory, layout.pageBytes(), 0, pageTokens, scratch);
                        kernels.attend(memory, 2 * layout.pageBytes(), 0, to, scratch);
                    });
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KvType.class)
    void aRowsResultDoesNotDependOnTheOthers(KvType type) {
        Random random = new Random(18);
        PageLayout layout = new PageLayout(type, 96, 64);
        MemorySegment memory = filled(layout, 1, random);
        float[] queries = PageLayoutTest.gaussian(random, 7 * 96);
        for (PageKernels kernels : all()) {
            QueryRows together = kernels.rows(layout, 7);
            load(together, queries, 7);
            kernels.attend(memory, 0, 3, 60, together);
            QueryRows alone = kernels.rows(layout, 7);
            load(alone, queries, 7);
            for (int row = 0; row < 7; row++) {
                alone.activate(row, row + 1);
                kernels.attend(memory, 0, 3, 60, alone);
                assertThat(outputs(alone, row)).isEqualTo(outputs(together, row));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"F16", "BF16", "F32"},
            value = KvType.class)
    void unpackedPagesGiveTheSameBits(KvType type) {
        Random random = new Random(21);
        for (int headSize : HEAD_SIZES) {
            for (int pageTokens : PAGE_TOKENS) {
                PageLayout layout = new PageLayout(type, headSize, pageTokens);
                PageLayout wide = layout.as(KvType.F32);
                MemorySegment memory = filled(layout, 2, random);
                MemorySegment page = Arena.ofAuto().allocate(wide.pageBytes(), PageLayout.ALIGNMENT);
                float[] queries = PageLayoutTest.gaussian(random, 5 * headSize);
                for (PageKernels kernels : all()) {
                    QueryRows packed = kernels.rows(layout, 5);
                    QueryRows unpacked = kernels.rows(wide, 5);
                    load(packed, queries, 5);
                    load(unpacked, queries, 5);
                    for (long at = 0; at < 2 * layout.pageBytes(); at += layout.pageBytes()) {
                        kernels.attend(memory, at, 0, pageTokens, packed);
                        kernels.unpack(layout, memory, at, wide, page);
                        kernels.attend(page, 0, 0, pageTokens, unpacked);
                    }
                    for (int row = 0; row < 5; row++) {
                        assertThat(outputs(unpacked, row)).isEqualTo(outputs(packed, row));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SummaryScore.class)
    void twinsScoreAlike(SummaryScore kind) {
        Random random = new Random(19);
        for (int headSize : HEAD_SIZES) {
            SummaryLayout summaries = new SummaryLayout(kind, headSize, SummaryPrecision.CACHE);
            MemorySegment memory = Arena.ofAuto().allocate(summaries.blockBytes(), PageLayout.ALIGNMENT);
            for (int key = 0; key < 50; key++) {
                summaries.add(memory, 0, key % 16, key / 16, PageLayoutTest.gaussian(random, headSize), 0);
            }
            assertTwinsScoreAlike(summaries, memory, random);
            SummaryLayout rounded = new SummaryLayout(kind, headSize, SummaryPrecision.INT8);
            MemorySegment bytes = Arena.ofAuto().allocate(rounded.blockBytes(), PageLayout.ALIGNMENT);
            for (int lane = 0; lane < SummaryLayout.BLOCK; lane++) {
                float[] numbers = new float[2 * headSize];
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = summaries.number(memory, 0, lane, i % headSize, i / headSize);
                }
                rounded.close(bytes, 0, lane, numbers);
            }
            assertTwinsScoreAlike(rounded, bytes, random);
        }
    }

    private static void assertTwinsScoreAlike(SummaryLayout summaries, MemorySegment memory, Random random) {
        int headSize = summaries.headSize();
        float[] queries = PageLayoutTest.gaussian(random, 5 * headSize);
        PageLayout layout = new PageLayout(KvType.F32, headSize, 16);
        float[][] scores = new float[2][5 * SummaryLayout.BLOCK];
        PageKernels[] twins = {new ScalarPageKernels(), new VectorPageKernels()};
        for (int i = 0; i < 2; i++) {
            QueryRows rows = twins[i].rows(layout, 5);
            load(rows, queries, 5);
            rows.prepareScores(summaries.kind());
            twins[i].score(summaries, memory, 0, rows, scores[i]);
        }
        for (int i = 0; i < scores[0].length; i++) {
            assertThat(scores[1][i]).isCloseTo(scores[0][i], within(1e-6f * (4 + headSize)));
        }
    }

    @Test
    void aScoreFarAboveTheOthersTakesAllTheWeight() {
        PageLayout layout = new PageLayout(KvType.F16, 32, 64);
        MemorySegment memory = filled(layout, 2, new Random(20));
        float[] strong = new float[32];
        float[] value = new float[32];
        Arrays.fill(strong, 500);
        Arrays.fill(value, 0.25f);
        layout.store(memory, layout.pageBytes(), 40, strong, value, 0);
        float[] query = new float[32];
        Arrays.fill(query, 10);
        assertTwins(layout, 1, 1e-2f, (kernels, rows) -> {
            load(rows, query, 1);
            kernels.attend(memory, 0, 0, 64, rows);
            kernels.attend(memory, layout.pageBytes(), 0, 64, rows);
            assertThat(outputs(rows, 0)).containsOnly(0.25f);
        });
    }

    @ParameterizedTest
    @EnumSource(KvType.class)
    void cappedScoresAreBentBeforeTheyWeigh(KvType type) {
        PageLayout layout = new PageLayout(type, 48, 64);
        MemorySegment memory = filled(layout, 1, new Random(21));
        float[] query = PageLayoutTest.gaussian(new Random(22), 48);
        double sum = 0;
        for (int slot = 5; slot < 61; slot++) {
            double score = 0;
            for (int i = 0; i < 48; i++) {
                score += query[i] * layout.key(memory, 0, slot, i) / Math.sqrt(48);
            }
            sum += Math.exp(0.75 * Math.tanh(score / 0.75));
        }
        for (PageKernels kernels : all()) {
            QueryRows rows = kernels.rows(layout, 1, 0.75f);
            load(rows, query, 1);
            kernels.attend(memory, 0, 5, 61, rows);
            assertThat(rows.logSumExp(0)).isCloseTo(Math.log(sum), within(1e-5));
        }
    }

    @Test
    void everyCacheLineOfPagesThatLieApartIsTouched() {
        PageLayout layout = new PageLayout(KvType.F16, 64, 64);
        PageKernels kernels = new VectorPageKernels();
        QueryRows rows = kernels.rows(layout, 1);
        MemorySegment memory =
                Arena.ofAuto().allocate(2 * rows.distant.length * layout.pageBytes(), PageLayout.ALIGNMENT);
        for (int pages = 1; pages <= rows.distant.length; pages++) {
            long end = 2L * pages * layout.pageBytes();
            for (long line = 0; line < end; line += PageLayout.ALIGNMENT) {
                memory.set(ValueLayout.JAVA_INT, line, 1);
                Arrays.fill(rows.touched, 0);
                for (int page = 0; page < pages; page++) {
                    rows.expect(memory, 2L * page * layout.pageBytes(), 0, 1);
                }
                kernels.attendExpected(pages, rows);
                boolean isExpected = line / layout.pageBytes() % 2 == 0;
                assertThat(rows.touched[0]).as("%d pages, byte %d", pages, line).isEqualTo(isExpected ? 1 : 0);
                memory.set(ValueLayout.JAVA_INT, line, 0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KvType.class)
    void expectedPagesAreAttendedToInOrderHoweverTheyAreShared(KvType type) {
        Random random = new Random(23);
        PageLayout layout = new PageLayout(type, 64, 16);
        MemorySegment memory = filled(layout, 2 * QueryRows.MOST_PAGES, random);
        float[] queries = PageLayoutTest.gaussian(random, 4 * 64);
        for (PageKernels kernels : all()) {
            QueryRows together = kernels.rows(layout, 4);
            QueryRows apart = kernels.rows(layout, 4);
            load(together, queries, 4);
            load(apart, queries, 4);
            for (int page = 0; page < QueryRows.MOST_PAGES; page++) {
                long at = (page + page / 3) * layout.pageBytes();
                together.expect(memory, at, page % 5, 16 - page % 3);
                kernels.attend(memory, at, page % 5, 16 - page % 3, apart);
            }
            kernels.attendExpected(1, together);
            kernels.attendExpected(QueryRows.MOST_PAGES - 1, together);
            for (int row = 0; row < 4; row++) {
                assertThat(outputs(together, row)).isEqualTo(outputs(apart, row));
            }
            assertThatThrownBy(() -> kernels.attendExpected(1, together)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aPageBeyondItsMemoryCannotBeExpected() {
        PageLayout layout = new PageLayout(KvType.F16, 64, 64);
        MemorySegment memory = Arena.ofAuto().allocate(layout.pageBytes(), PageLayout.ALIGNMENT);
        QueryRows rows = new VectorPageKernels().rows(layout, 1);
        assertThatThrownBy(() -> rows.expect(memory, PageLayout.ALIGNMENT, 0, 64))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> rows.expect(memory, 0, 0, 65)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    /// All kernels that this machine has.
    private static List<PageKernels> all() {
        List<PageKernels> all = new ArrayList<>(List.of(new ScalarPageKernels(), new VectorPageKernels()));
        if (NativePageKernels.areOn()) {
            all.add(new NativePageKernels());
        }
        return all;
    }

    private interface Run {
        void on(PageKernels kernels, QueryRows rows);
    }

    private static void assertTwins(PageLayout layout, int group, float tolerance, Run run) {
        QueryRows scalar = rowsOf(new ScalarPageKernels(), layout, group, run);
        for (PageKernels kernels : all()) {
            QueryRows twin = rowsOf(kernels, layout, group, run);
            boolean isRounded =
                    kernels instanceof NativePageKernels && layout.type().isScaled();
            assertAlike(scalar, twin, group, isRounded ? ROUNDED : tolerance);
        }
    }

    private static void assertAlike(QueryRows scalar, QueryRows vector, int group, float tolerance) {
        PageLayout layout = scalar.layout();
        for (int row = 0; row < group; row++) {
            assertThat(vector.logSumExp(row)).isCloseTo(scalar.logSumExp(row), within((double) tolerance * 4));
            float[] expected = outputs(scalar, row);
            float[] actual = outputs(vector, row);
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i])
                        .as("%s, group %d, row %d, number %d", layout, group, row, i)
                        .isCloseTo(expected[i], within(tolerance));
            }
        }
    }

    private static QueryRows rowsOf(PageKernels kernels, PageLayout layout, int group, Run run) {
        QueryRows rows = kernels.rows(layout, group);
        run.on(kernels, rows);
        return rows;
    }

    private static void load(QueryRows rows, float[] queries, int count) {
        for (int row = 0; row < count; row++) {
            rows.load(row, queries, row * rows.layout().headSize());
        }
        rows.activate(0, count);
    }

    private static float[] outputs(QueryRows rows, int row) {
        float[] out = new float[rows.layout().headSize()];
        rows.finish(row, out, 0);
        return out;
    }

    private static MemorySegment filled(PageLayout layout, int pages, Random random) {
        MemorySegment memory = Arena.ofAuto().allocate(pages * layout.pageBytes(), PageLayout.ALIGNMENT);
        for (int page = 0; page < pages; page++) {
            for (int slot = 0; slot < layout.pageTokens(); slot++) {
                float[] key = PageLayoutTest.gaussian(random, layout.headSize());
                float[] value = PageLayoutTest.gaussian(random, layout.headSize());
                layout.store(memory, page * layout.pageBytes(), slot, key, value, 0);
            }
        }
        return memory;
    }
}
