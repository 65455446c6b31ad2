package h2eal.runtime.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.PageGeometry;
import h2eal.runtime.cache.CacheShape;
import h2eal.runtime.cache.KvCache;
import h2eal.runtime.decode.AttentionPlan;
import h2eal.runtime.decode.DecodeAttention;
import h2eal.runtime.decode.PrefillAttention;
import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.kernel.Kernels;
import h2eal.runtime.llama.Probe.Stage;
import h2eal.runtime.llama.ReferencePass.Expected;
import h2eal.runtime.page.KvType;
import h2eal.runtime.page.PageKernels;
import h2eal.runtime.parallel.Workers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every intermediate value equals that of the plain double-precision pass, for every architecture and way to turn.
class ForwardPassTest {

    private static final int[] TOKENS = {3, 36, 0, 7, 7, 21, 12, 30, 1, 19, 4, 33, 8, 8, 25, 2, 16, 5, 9, 11, 28};
    private static final PageGeometry PAGES = new PageGeometry(8, 4);
    private static final int CONTEXT = 200;
    private static final IntToDoubleFunction PLAIN = pair -> Math.pow(500, -2.0 * pair / SmallModel.HEAD_SIZE);

    @TempDir
    private Path folder;

    @Test
    void llamaWithTiedOutput() {
        matchesReference(new SmallModel("llama").weights(false, false, true), PLAIN, 1);
    }

    @Test
    void llamaWithBiasesAndItsOwnOutput() {
        matchesReference(new SmallModel("llama").weights(true, false, false), PLAIN, 1);
    }

    @Test
    void qwen2TurnsHalvesAndHasBiases() {
        matchesReference(new SmallModel("qwen2").weights(true, false, false), PLAIN, 1);
    }

    @Test
    void qwen3NormalisesEveryHead() {
        matchesReference(new SmallModel("qwen3").weights(false, true, true), PLAIN, 1);
    }

    @Test
    void partOfAHeadMayStayUnturned() {
        matchesReference(
                new SmallModel("llama").number("rope.dimension_count", 6).weights(false, false, true),
                pair -> Math.pow(500, -2.0 * pair / 6),
                1);
        matchesReference(
                new SmallModel("qwen2").number("rope.dimension_count", 4).weights(true, false, true),
                pair -> Math.pow(500, -2.0 * pair / 4),
                1);
    }

    @Test
    void linearScalingDividesEveryFrequency() {
        matchesReference(
                new SmallModel("llama").scaling("linear", 4).weights(false, false, true),
                pair -> PLAIN.applyAsDouble(pair) / 4,
                1);
    }

    @Test
    void llama3ScalingDividesEachFrequencyByItsFactor() {
        float[] factors = {1, 1, 2.5f, 7, 8};
        matchesReference(
                new SmallModel("llama").ropeFactors(factors).weights(false, false, true),
                pair -> PLAIN.applyAsDouble(pair) / factors[pair],
                1);
    }

    @Test
    void yarnKeepsFastPairsDividesSlowOnesAndLengthens() {
        // 200 trained tokens: a pair turns 32 times at index 0 (rounded down from -0.003), once at 2.78, rounded up to
        // 3.
        double[] divided = {0, 1 / 3.0, 2 / 3.0, 1, 1};
        matchesReference(
                new SmallModel("llama")
                        .scaling("yarn", 4)
                        .number("rope.scaling.original_context_length", 200)
                        .weights(false, false, true),
                pair -> PLAIN.applyAsDouble(pair) * (1 - divided[pair] + divided[pair] / 4),
                1 + 0.1 * Math.log(4));
    }

    @Test
    void phi3HasFusedMatricesAndTurnsPartOfAHead() {
        matchesReference(
                new SmallModel("phi3").number("rope.dimension_count", 8).weights(false, false, false),
                pair -> Math.pow(500, -2.0 * pair / 8),
                1);
    }

    @Test
    void longRopeHasFactorsForShortAndForLongContexts() {
        float[] shorter = {1, 1.1f, 1.2f, 1.5f, 2};
        float[] longer = {1, 2, 5, 9, 16};
        SmallModel model = new SmallModel("phi3")
                .text("phi3.rope.scaling.type", "longrope")
                .number("rope.scaling.original_context_length", 50)
                .real("rope.scaling.attn_factor", 1.19)
                .factors("rope_factors_short.weight", shorter)
                .factors("rope_factors_long.weight", longer)
                .weights(true, false, false);
        matchesReference(model, 50, Expected.turning(pair -> PLAIN.applyAsDouble(pair) / shorter[pair], (float) 1.19));
        matchesReference(model, 51, Expected.turning(pair -> PLAIN.applyAsDouble(pair) / longer[pair], (float) 1.19));
    }

    @Test
    void mistralSeesItsWindow() {
        matchesReference(
                new SmallModel("llama").number("attention.sliding_window", 6).weights(false, false, false),
                CONTEXT,
                new Expected(PLAIN, PLAIN, 1, layer -> OptionalInt.of(6), 0, 0));
    }

    @Test
    void gemma2CapsScoresAndLogitsAndEveryOtherLayerHasAWindow() {
        matchesReference(
                new SmallModel("gemma2", 3)
                        .number("attention.sliding_window", 9)
                        .real("attn_logit_softcapping", 0.5)
                        .weights(false, false, true),
                CONTEXT,
                new Expected(
                        PLAIN, PLAIN, 1, layer -> layer % 2 == 0 ? OptionalInt.of(9) : OptionalInt.empty(), 0.5, 30));
    }

    @Test
    void gemma3TurnsLayersWithAWindowOnTheirOwn() {
        IntToDoubleFunction local = pair -> Math.pow(10_000, -2.0 * pair / SmallModel.HEAD_SIZE);
        matchesReference(
                new SmallModel("gemma3", 7)
                        .number("attention.sliding_window", 9)
                        .scaling("linear", 8)
                        .weights(false, true, true),
                CONTEXT,
                new Expected(
                        pair -> PLAIN.applyAsDouble(pair) / 8,
                        local,
                        1,
                        layer -> layer % 6 == 5 ? OptionalInt.empty() : OptionalInt.of(9),
                        0,
                        0));
    }

    private void matchesReference(SmallModel model, IntToDoubleFunction frequency, double magnitude) {
        matchesReference(model, CONTEXT, Expected.turning(frequency, magnitude));
    }

    private void matchesReference(SmallModel model, int contextLimit, Expected expected) {
        try (GgufFile file = GgufFile.open(model.write(folder));
                Workers workers = new Workers(2)) {
            ReferencePass reference = new ReferencePass(file, expected);
            double[][] logits = reference.run(TOKENS);
            runInBatch(file, workers, contextLimit, reference, logits);
            runOneByOne(file, workers, contextLimit, reference, logits);
        }
    }

    private static void runInBatch(
            GgufFile file, Workers workers, int contextLimit, ReferencePass reference, double[][] logits) {
        Set<Stage> stages = EnumSet.noneOf(Stage.class);
        Llama model = Llama.of(file);
        Kernels kernels = Kernels.best();
        ForwardPass forward = new ForwardPass(model, kernels, workers, (stage, layer, values, count) -> {
            stages.add(stage);
            check(reference.seen(stage, layer), values, count, stage + " of layer " + layer);
        });
        try (KvCache cache = cache(model)) {
            PrefillAttention attention = new PrefillAttention(
                    PageKernels.of(kernels),
                    workers,
                    cache,
                    AttentionPlan.dense(PAGES).with(model.attention()),
                    SmallModel.QUERY_HEADS);
            forward.run(TOKENS, 0, TOKENS.length, 0, contextLimit, attention::batch);
        }
        assertThat(stages).containsExactlyInAnyOrder(Stage.values());
        float[] found = new float[SmallModel.VOCABULARY];
        for (int t = 0; t < TOKENS.length; t++) {
            forward.logits(t, found);
            check(new double[][] {logits[t]}, found, found.length, "logits after token " + t);
        }
    }

    private static void runOneByOne(
            GgufFile file, Workers workers, int contextLimit, ReferencePass reference, double[][] logits) {
        Llama model = Llama.of(file);
        Kernels kernels = Kernels.best();
        int[] position = new int[1];
        ForwardPass forward = new ForwardPass(
                model,
                kernels,
                workers,
                (stage, layer, values, count) -> check(
                        new double[][] {reference.seen(stage, layer)[position[0]]},
                        values,
                        count,
                        stage + " of " + layer));
        float[] found = new float[SmallModel.VOCABULARY];
        try (KvCache cache = cache(model)) {
            DecodeAttention attention = new DecodeAttention(
                    PageKernels.of(kernels),
                    workers,
                    cache,
                    AttentionPlan.dense(PAGES).with(model.attention()),
                    SmallModel.QUERY_HEADS);
            for (int t = 0; t < TOKENS.length; t++) {
                position[0] = t;
                forward.run(
                        TOKENS,
                        t,
                        1,
                        t,
                        contextLimit,
                        (layer, queries, keys, values, out, batch) ->
                                attention.step(layer, queries, keys, values, out));
                forward.logits(0, found);
                check(new double[][] {logits[t]}, found, found.length, "logits after token " + t);
            }
        }
    }

    private static KvCache cache(Llama model) {
        return new KvCache(new CacheShape(
                model.shape().layers(),
                model.shape().kvHeads(),
                model.shape().headSize(),
                KvType.F32,
                PAGES,
                TOKENS.length));
    }

    private static void check(double[][] expected, float[] found, int count, String what) {
        double[] flat = Arrays.stream(expected).flatMapToDouble(Arrays::stream).toArray();
        assertThat(count).as(what).isEqualTo(flat.length);
        double largest = Arrays.stream(flat).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < count; i++) {
            assertThat((double) found[i]).as("%s, number %d", what, i).isCloseTo(flat[i], within(2e-5 * largest));
        }
    }
}
