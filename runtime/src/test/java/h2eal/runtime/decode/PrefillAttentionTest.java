package h2eal.runtime.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.GroupRule;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.attention.TokenSet;
import h2eal.runtime.cache.CacheShape;
import h2eal.runtime.cache.KvCache;
import h2eal.runtime.cache.Retention;
import h2eal.runtime.decode.Reference.Heads;
import h2eal.runtime.kernel.Kernels;
import h2eal.runtime.page.KvType;
import h2eal.runtime.page.PageKernels;
import h2eal.runtime.parallel.Workers;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefillAttentionTest {

    private static final PageKernels KERNELS = PageKernels.of(Kernels.best());
    private static final PageGeometry GEOMETRY = new PageGeometry(16, 4);
    /// Kernels may round queries to 15 bits.
    private static final float ROUNDED = 4e-4f;
    private static final int TOKENS = 200;

    @ParameterizedTest
    @CsvSource({"1, 1, 8", "7, 4, 20", "64, 3, 16", "200, 8, 8"})
    void everyTokenAttendsToItselfAndAllBefore(int batch, int group, int headSize) {
        Heads heads = new Heads(batch, TOKENS, 2, group, headSize);
        float[] out = prefill(heads, AttentionPlan.dense(GEOMETRY), (layer, kvHead) -> Retention.everything(), batch);
        assertOutputs(heads, out, 0, token -> TokenSet.range(0, token + 1));
        assertOutputs(heads, out, 1, token -> TokenSet.range(0, token + 1));
    }

    @ParameterizedTest
    @CsvSource({"1", "9", "64", "200"})
    void headsThatForgetAttendToSinkAndWindow(int batch) {
        Heads heads = new Heads(11, TOKENS, 2, 2, 16);
        AttentionPlan plan = hybrid();
        float[] out = prefill(heads, plan, (layer, kvHead) -> plan.leastRetention(layer, kvHead, batch), batch);
        assertOutputs(heads, out, 0, token -> TokenSet.range(0, token + 1));
        assertOutputs(
                heads,
                out,
                1,
                token -> TokenSet.range(0, Math.min(10, token + 1))
                        .union(TokenSet.range(Math.max(0, token - 20), token + 1)));
    }

    @Test
    void streamingHeadsAreDenseUnlessTheyForget() {
        Heads heads = new Heads(12, TOKENS, 2, 2, 16);
        float[] out = prefill(heads, hybrid(), hybrid()::retention, 33);
        assertOutputs(heads, out, 1, token -> TokenSet.range(0, token + 1));
    }

    @ParameterizedTest
    @CsvSource({"1, 70", "4, 33", "16, 200", "20, 64", "48, 150", "64, 8", "100, 200"})
    void pagesOfAnyLengthAttendTheSame(int pageTokens, int batch) {
        Heads heads = new Heads(13, TOKENS, 1, 4, 16);
        PageGeometry pages = new PageGeometry(pageTokens, 1);
        for (KvType type : KvType.values()) {
            Run run = new Run(heads, AttentionPlan.dense(pages), type, pages, batch, 2);
            float tolerance = type == KvType.F32 ? 2e-6f : ROUNDED;
            assertOutputs(heads.in(type), run.out, 0, token -> TokenSet.range(0, token + 1), tolerance);
        }
    }

    @ParameterizedTest
    @CsvSource({"4", "64"})
    void theNumberOfWorkersChangesNoBit(int pageTokens) {
        Heads heads = new Heads(14, TOKENS, 3, 4, 16);
        PageGeometry pages = new PageGeometry(pageTokens, 4);
        AttentionPlan plan = new AttentionPlan(lines(pages, 128), Optional.empty());
        for (KvType type : KvType.values()) {
            float[] one = new Run(heads, plan, type, pages, 150, 1).out;
            assertThat(new Run(heads, plan, type, pages, 150, 3).out).isEqualTo(one);
        }
    }

    @Test
    void linesForTheWholeContextAreDenseToTheLastBit() {
        Heads heads = new Heads(15, TOKENS, 2, 4, 16);
        AttentionPlan plan = new AttentionPlan(lines(GEOMETRY, TOKENS), Optional.empty());
        float[] dense = new Run(heads, AttentionPlan.dense(GEOMETRY), KvType.F32, GEOMETRY, 70, 2).out;
        assertThat(new Run(heads, plan, KvType.F32, GEOMETRY, 70, 2).out).isEqualTo(dense);
    }

    @ParameterizedTest
    @CsvSource({"16, 128", "64, 128", "4, 100"})
    void attentionAlongOneVerticalAndOneSlashIsReproduced(int pageTokens, int batch) {
        Heads heads = crossing(1500);
        PageGeometry pages = new PageGeometry(pageTokens, 4);
        // two strips of neighbours, one with the vertical, and those that the slash passes through within a batch
        AttentionPlan plan = new AttentionPlan(lines(pages, 7 * 64), Optional.empty());
        Run run = new Run(heads, plan, KvType.F32, pages, batch, 2);
        assertOutputs(heads, run.out, 0, token -> TokenSet.range(0, token + 1), 1e-5f);
        assertThat(run.read).isLessThan(run.dense * 2 / 3);
        // with fewer lines it is not: the test sees what is missing
        AttentionPlan fewer = new AttentionPlan(lines(pages, 3 * 64), Optional.empty());
        Run wrong = new Run(heads, fewer, KvType.F32, pages, batch, 2);
        assertThat(wrong.out).isNotEqualTo(run.out);
        assertThat(wrong.read).isLessThan(run.read);
    }

    @Test
    void noOutputDependsOnWhatFollows() {
        Heads heads = new Heads(16, TOKENS, 2, 4, 16);
        AttentionPlan plan = new AttentionPlan(lines(GEOMETRY, 128), Optional.empty());
        float[] before = new Run(heads, plan, KvType.F32, GEOMETRY, TOKENS, 2).out;
        int width = heads.kvHeads * heads.headSize;
        Arrays.fill(heads.values, 150 * width, TOKENS * width, 1e3f);
        float[] after = new Run(heads, plan, KvType.F32, GEOMETRY, TOKENS, 2).out;
        int end = 150 * width * heads.group;
        assertThat(Arrays.copyOf(after, end)).isEqualTo(Arrays.copyOf(before, end));
        assertThat(after).isNotEqualTo(before);
    }

    /// One head whose queries look for the key 349 tokens before them and for that of token 130, or for their own where
    /// there is none.
    private static Heads crossing(int tokens) {
        Heads heads = new Heads(17, tokens, 1, 4, 128);
        Random random = new Random(17);
        for (int i = 0; i < heads.keys.length; i++) {
            heads.keys[i] = random.nextBoolean() ? 1 : -1;
        }
        for (int token = 0; token < tokens; token++) {
            int far = token >= 349 ? token - 349 : token;
            int fixed = token >= 130 ? 130 : token;
            for (int i = 0; i < heads.group * 128; i++) {
                float sum = heads.keys[far * 128 + i % 128] + heads.keys[fixed * 128 + i % 128];
                heads.queries[token * heads.group * 128 + i] = 5 * sum;
            }
        }
        return heads;
    }

    private static HybridAttention lines(PageGeometry pages, int mostTokens) {
        return new HybridAttention(
                        pages,
                        new HeadPattern.Streaming(0, 64),
                        new HeadPattern.Retrieval(10_000),
                        SummaryScore.BOX,
                        GroupRule.SUM,
                        1,
                        0,
                        false)
                .withVerticalSlash(OptionalInt.of(mostTokens));
    }

    private static AttentionPlan hybrid() {
        HybridAttention attention = new HybridAttention(
                GEOMETRY,
                new HeadPattern.Streaming(10, 21),
                new HeadPattern.Retrieval(64),
                SummaryScore.BOX,
                GroupRule.SUM,
                1,
                0,
                false);
        return new AttentionPlan(attention, Optional.of(HeadMap.of(new boolean[][] {{true, false}})));
    }

    private static float[] prefill(
            Heads heads, AttentionPlan plan, BiFunction<Integer, Integer, Retention> retention, int batch) {
        return new Run(heads, plan, KvType.F32, GEOMETRY, batch, 2, retention).out;
    }

    /// All tokens of a layer in batches: the outputs, and how many keys the tokens have read.
    private static final class Run {
        private final float[] out;
        private long read;
        private long dense;

        Run(Heads heads, AttentionPlan plan, KvType type, PageGeometry pages, int batch, int workers) {
            this(heads, plan, type, pages, batch, workers, plan::retention);
        }

        Run(
                Heads heads,
                AttentionPlan plan,
                KvType type,
                PageGeometry pages,
                int batch,
                int workers,
                BiFunction<Integer, Integer, Retention> retention) {
            int queryWidth = heads.kvHeads * heads.group * heads.headSize;
            int keyWidth = heads.kvHeads * heads.headSize;
            int tokens = heads.keys.length / keyWidth;
            CacheShape shape = new CacheShape(1, heads.kvHeads, heads.headSize, type, pages, tokens);
            out = new float[tokens * queryWidth];
            try (Workers crew = new Workers(workers);
                    KvCache cache = new KvCache(shape, retention)) {
                PrefillAttention attention =
                        new PrefillAttention(KERNELS, crew, cache, plan, heads.kvHeads * heads.group);
                for (int from = 0; from < tokens; from += batch) {
                    int to = Math.min(tokens, from + batch);
                    float[] batchOut = new float[(to - from) * queryWidth];
                    attention.batch(
                            0,
                            Arrays.copyOfRange(heads.queries, from * queryWidth, to * queryWidth),
                            Arrays.copyOfRange(heads.keys, from * keyWidth, to * keyWidth),
                            Arrays.copyOfRange(heads.values, from * keyWidth, to * keyWidth),
                            batchOut,
                            to - from);
                    System.arraycopy(batchOut, 0, out, from * queryWidth, batchOut.length);
                    attention.count((context, summaries, keys, ofPages) -> {
                        read += keys;
                        dense += context;
                    });
                }
            }
        }
    }

    private static void assertOutputs(Heads heads, float[] out, int kvHead, IntFunction<TokenSet> tokens) {
        assertOutputs(heads, out, kvHead, tokens, 2e-6f);
    }

    private static void assertOutputs(
            Heads heads, float[] out, int kvHead, IntFunction<TokenSet> tokens, float tolerance) {
        int width = heads.kvHeads * heads.group * heads.headSize;
        for (int token = 0; token < out.length / width; token += 3) {
            for (int row = 0; row < heads.group; row++) {
                int at = token * width + (kvHead * heads.group + row) * heads.headSize;
                double[] expected = Reference.attend(heads.queries, at, heads, kvHead, tokens.apply(token));
                for (int i = 0; i < heads.headSize; i++) {
                    assertThat((double) out[at + i])
                            .as("token %d, KV head %d, row %d, number %d", token, kvHead, row, i)
                            .isCloseTo(expected[i], within((double) tolerance));
                }
            }
        }
    }
}
