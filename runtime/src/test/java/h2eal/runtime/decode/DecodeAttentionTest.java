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
import h2eal.partial.CompensationToken;
import h2eal.partial.ExactAttention;
import h2eal.runtime.cache.CacheShape;
import h2eal.runtime.cache.KvCache;
import h2eal.runtime.cache.Retention;
import h2eal.runtime.decode.Reference.Heads;
import h2eal.runtime.kernel.Kernels;
import h2eal.runtime.page.KvType;
import h2eal.runtime.page.PageKernels;
import h2eal.runtime.parallel.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecodeAttentionTest {

    private static final PageKernels KERNELS = PageKernels.of(Kernels.best());
    private static final PageGeometry GEOMETRY = new PageGeometry(8, 4);
    private static final int TOKENS = 700;

    private static float tolerance(KvType type) {
        return switch (type) {
            case F32 -> 2e-6f;
            case F16 -> 2e-3f;
            case BF16 -> 1.6e-2f;
            case Q8 -> 3e-2f;
            case Q4 -> 0.4f;
        };
    }

    @ParameterizedTest
    @EnumSource(KvType.class)
    void denseHeadsAttendToEveryToken(KvType type) {
        Heads heads = new Heads(1, TOKENS, 2, 3, 20);
        Heads held = heads.in(type);
        float tolerance = type == KvType.F32 ? 2e-6f : 2e-4f;
        List<float[]> outs = run(heads, type, AttentionPlan.dense(GEOMETRY), 2, null);
        for (int token = 0; token < TOKENS; token += 37) {
            TokenSet all = TokenSet.range(0, token + 1);
            assertOutputs(held, token, outs.get(token), (kvHead, row) -> all, tolerance);
        }
    }

    @Test
    void everyHeadAttendsToExactlyWhatItReports() {
        Heads heads = new Heads(2, TOKENS, 2, 4, 16);
        for (GroupRule rule : GroupRule.values()) {
            if (rule == GroupRule.NONE) {
                continue;
            }
            for (SummaryScore score : SummaryScore.values()) {
                AttentionPlan plan = hybrid(rule, score, 64, 1);
                List<List<TokenSet>> reads = new ArrayList<>();
                List<float[]> outs = run(heads, KvType.F32, plan, 2, reads);
                for (int token = 0; token < TOKENS; token += 53) {
                    List<TokenSet> read = reads.get(token);
                    assertOutputs(heads, token, outs.get(token), (kvHead, row) -> read.get(kvHead), 2e-6f);
                }
                assertThat(reads.get(TOKENS - 1).get(0).size()).isBetween(57, 64);
                assertThat(reads.get(TOKENS - 1).get(1))
                        .isEqualTo(TokenSet.range(0, 10).union(TokenSet.range(TOKENS - 21, TOKENS)));
            }
        }
    }

    @Test
    void withoutASharedSelectionTheCacheReadIsTheUnion() {
        Heads heads = new Heads(3, TOKENS, 2, 4, 16);
        List<List<TokenSet>> reads = new ArrayList<>();
        run(heads, KvType.F32, hybrid(GroupRule.NONE, SummaryScore.BOX, 64, 1), 2, reads);
        assertThat(reads.get(TOKENS - 1).get(0).size()).isBetween(65, 4 * 64);
    }

    @Test
    void hybridIsBitIdenticalToDenseWhileTheContextFitsTheBudget() {
        Heads heads = new Heads(4, 300, 2, 4, 32);
        AttentionPlan retrievalOnly = new AttentionPlan(
                hybrid(GroupRule.SUM, SummaryScore.BOX, 304, 4).attention(), Optional.empty());
        List<float[]> dense = run(heads, KvType.F16, AttentionPlan.dense(GEOMETRY), 1, null);
        List<float[]> hybrid = run(heads, KvType.F16, retrievalOnly, 1, null);
        for (int token = 0; token < 300; token++) {
            assertThat(hybrid.get(token)).isEqualTo(dense.get(token));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void theNumberOfWorkersChangesNoBit(int workers) {
        Heads heads = new Heads(5, TOKENS, 3, 2, 16);
        AttentionPlan plan = new AttentionPlan(
                hybrid(GroupRule.MAX, SummaryScore.SPREAD, 400, 2).attention(), Optional.empty());
        List<float[]> one = run(heads, KvType.F32, plan, 1, null);
        List<float[]> many = run(heads, KvType.F32, plan, workers, null);
        for (int token = 0; token < TOKENS; token++) {
            assertThat(many.get(token)).isEqualTo(one.get(token));
        }
    }

    @Test
    void streamingHeadsThatForgetReadTheSame() {
        Heads heads = new Heads(6, TOKENS, 2, 2, 16);
        AttentionPlan plan = hybrid(GroupRule.SUM, SummaryScore.BOX, 64, 1);
        List<float[]> keeping = run(heads, KvType.F32, plan, 2, null);
        List<float[]> forgetting =
                run(heads, KvType.F32, plan, 2, null, (layer, kvHead) -> plan.leastRetention(layer, kvHead, 1));
        for (int token = 0; token < TOKENS; token++) {
            assertThat(forgetting.get(token)).isEqualTo(keeping.get(token));
        }
    }

    @Test
    void aPlantedNeedleIsFound() {
        Heads heads = new Heads(7, TOKENS, 1, 2, 32);
        int needle = 333;
        for (int i = 0; i < 32; i++) {
            float query = heads.queries[(TOKENS - 1) * 64 + i];
            heads.queries[(TOKENS - 1) * 64 + 32 + i] = query;
            heads.keys[needle * 32 + i] = 3 * query;
        }
        List<List<TokenSet>> reads = new ArrayList<>();
        AttentionPlan plan =
                new AttentionPlan(hybrid(GroupRule.SUM, SummaryScore.BOX, 40, 1).attention(), Optional.empty());
        List<float[]> outs = run(heads, KvType.F16, plan, 1, reads);
        assertThat(reads.getLast().getFirst().contains(needle)).isTrue();
        for (int i = 0; i < 32; i++) {
            assertThat(outs.getLast()[i]).isCloseTo(heads.values[needle * 32 + i], within(1e-2f));
        }
    }

    @ParameterizedTest
    @EnumSource(KvType.class)
    void compensationTokenStandsForWhatAStreamingHeadDrops(KvType type) {
        Heads heads = new Heads(8, TOKENS, 2, 2, 16);
        AttentionPlan plain = hybrid(GroupRule.SUM, SummaryScore.BOX, 64, 1);
        HybridAttention attention = plain.attention();
        AttentionPlan plan = new AttentionPlan(
                new HybridAttention(
                        attention.geometry(),
                        attention.streaming(),
                        attention.retrieval(),
                        attention.score(),
                        attention.groupRule(),
                        attention.refreshInterval(),
                        attention.denseLayers(),
                        true),
                plain.heads());
        List<float[]> outs = run(heads, type, plan, 2, null, (layer, kvHead) -> plan.leastRetention(layer, kvHead, 1));
        float tolerance = 2 * tolerance(type);
        for (int token = 5; token < TOKENS; token += 66) {
            ExactAttention exact = new ExactAttention(column(heads.keys, 1, token), column(heads.values, 1, token), 16);
            TokenSet window = TokenSet.range(Math.max(0, token - 20), token + 1);
            CompensationToken dropped = new CompensationToken(16);
            for (int old = 10; old < token - 20; old++) {
                dropped.drop(exact.keys(), old * 16, exact.values(), old * 16);
            }
            for (int row = 0; row < 2; row++) {
                int query = (2 + row) * 16;
                double[] expected = exact.attend(
                                heads.queriesOf(token),
                                query,
                                TokenSet.range(0, Math.min(10, token)).union(window))
                        .merge(dropped.partial(heads.queriesOf(token), query))
                        .output();
                for (int i = 0; i < 16; i++) {
                    assertThat((double) outs.get(token)[query + i]).isCloseTo(expected[i], within((double) tolerance));
                }
            }
        }
    }

    /// The keys or values of one of two KV heads, up to `token`.
    private static float[] column(float[] rows, int kvHead, int token) {
        float[] column = new float[(token + 1) * 16];
        for (int i = 0; i < column.length; i++) {
            column[i] = rows[(i / 16 * 2 + kvHead) * 16 + i % 16];
        }
        return column;
    }

    private static AttentionPlan hybrid(GroupRule rule, SummaryScore score, int budget, int refresh) {
        HybridAttention attention = new HybridAttention(
                GEOMETRY,
                new HeadPattern.Streaming(10, 21),
                new HeadPattern.Retrieval(budget),
                score,
                rule,
                refresh,
                0,
                false);
        return new AttentionPlan(attention, Optional.of(HeadMap.of(new boolean[][] {{true, false}})));
    }

    private static List<float[]> run(
            Heads heads, KvType type, AttentionPlan plan, int workers, List<List<TokenSet>> reads) {
        return run(heads, type, plan, workers, reads, plan::retention);
    }

    /// Decodes all tokens of one layer; collects the outputs and, if asked, what the heads reported to read.
    private static List<float[]> run(
            Heads heads,
            KvType type,
            AttentionPlan plan,
            int workers,
            List<List<TokenSet>> reads,
            BiFunction<Integer, Integer, Retention> retention) {
        int tokens = heads.keys.length / heads.kvHeads / heads.headSize;
        CacheShape shape = new CacheShape(1, heads.kvHeads, heads.headSize, type, GEOMETRY, tokens);
        try (Workers crew = new Workers(workers);
                KvCache cache = new KvCache(shape, retention)) {
            DecodeAttention attention = new DecodeAttention(KERNELS, crew, cache, plan, heads.kvHeads * heads.group);
            List<float[]> outs = new ArrayList<>();
            for (int token = 0; token < tokens; token++) {
                float[] out = new float[heads.kvHeads * heads.group * heads.headSize];
                attention.step(0, heads.queriesOf(token), heads.keysOf(token), heads.valuesOf(token), out);
                outs.add(out);
                if (reads != null) {
                    List<TokenSet> read = new ArrayList<>();
                    attention.report(token, 0, (step, context, layer, kvHead, head) -> read.add(head.tokens()));
                    reads.add(read);
                }
            }
            return outs;
        }
    }

    private static void assertOutputs(
            Heads heads, int token, float[] out, BiFunction<Integer, Integer, TokenSet> tokens, float tolerance) {
        for (int head = 0; head < heads.kvHeads * heads.group; head++) {
            int kvHead = head / heads.group;
            double[] expected = Reference.attend(
                    heads.queriesOf(token), head * heads.headSize, heads, kvHead, tokens.apply(kvHead, head));
            for (int i = 0; i < heads.headSize; i++) {
                assertThat((double) out[head * heads.headSize + i])
                        .as("token %d, query head %d, number %d", token, head, i)
                        .isCloseTo(expected[i], within((double) tolerance));
            }
        }
    }
}
