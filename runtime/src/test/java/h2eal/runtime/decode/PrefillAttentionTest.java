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
import h2eal.runtime.kernel.Workers;
import h2eal.runtime.page.KvType;
import h2eal.runtime.page.PageKernels;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefillAttentionTest {

    private static final PageKernels KERNELS = PageKernels.of(Kernels.best());
    private static final PageGeometry GEOMETRY = new PageGeometry(16, 4);
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
        int queryWidth = heads.kvHeads * heads.group * heads.headSize;
        int keyWidth = heads.kvHeads * heads.headSize;
        CacheShape shape = new CacheShape(1, heads.kvHeads, heads.headSize, KvType.F32, GEOMETRY, TOKENS);
        float[] out = new float[TOKENS * queryWidth];
        try (Workers crew = new Workers(2);
                KvCache cache = new KvCache(shape, retention)) {
            PrefillAttention attention = new PrefillAttention(KERNELS, crew, cache, plan, heads.kvHeads * heads.group);
            for (int from = 0; from < TOKENS; from += batch) {
                int to = Math.min(TOKENS, from + batch);
                float[] batchOut = new float[(to - from) * queryWidth];
                attention.batch(
                        0,
                        Arrays.copyOfRange(heads.queries, from * queryWidth, to * queryWidth),
                        Arrays.copyOfRange(heads.keys, from * keyWidth, to * keyWidth),
                        Arrays.copyOfRange(heads.values, from * keyWidth, to * keyWidth),
                        batchOut,
                        to - from);
                System.arraycopy(batchOut, 0, out, from * queryWidth, batchOut.length);
            }
        }
        return out;
    }

    private static void assertOutputs(Heads heads, float[] out, int kvHead, IntFunction<TokenSet> tokens) {
        int width = heads.kvHeads * heads.group * heads.headSize;
        for (int token = 0; token < TOKENS; token += 3) {
            for (int row = 0; row < heads.group; row++) {
                int at = token * width + (kvHead * heads.group + row) * heads.headSize;
                double[] expected = Reference.attend(heads.queries, at, heads, kvHead, tokens.apply(token));
                for (int i = 0; i < heads.headSize; i++) {
                    assertThat((double) out[at + i])
                            .as("token %d, KV head %d, row %d, number %d", token, kvHead, row, i)
                            .isCloseTo(expected[i], within(2e-6));
                }
            }
        }
    }
}
