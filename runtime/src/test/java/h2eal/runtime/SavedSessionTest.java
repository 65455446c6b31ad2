package h2eal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.attention.GroupRule;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryPrecision;
import h2eal.attention.SummaryScore;
import h2eal.model.Precision;
import h2eal.runtime.cache.SavedCacheException;
import h2eal.runtime.golden.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedSessionTest {

    private static final PageGeometry PAGES = new PageGeometry(16, 16);
    private static final SessionOptions DENSE = SessionOptions.dense().with(new AttentionMode.Dense(PAGES));

    private static Engine demo;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openDemoModel() {
        demo = Engine.open(Golden.MODELS.resolve("h2eal-demo.gguf"), 2);
    }

    @AfterAll
    static void closeDemoModel() {
        demo.close();
    }

    @Test
    void aRestoredSessionGoesOnToTheLastBit() throws IOException {
        int[] prompt = text(700);
        Path file = folder.resolve("saved.kv");
        List<SessionOptions> all = List.of(
                DENSE,
                DENSE.with(Precision.F16),
                DENSE.with(hybrid()).with(Precision.BF16),
                DENSE.with(hybrid()),
                DENSE.with(hybrid()).with(Precision.INT8),
                DENSE.with(hybrid(SummaryPrecision.INT8)),
                DENSE.with(hybrid()).forgettingStreamed());
        for (SessionOptions options : all) {
            try (Session session = demo.session(options)) {
                session.prefill(prompt);
                session.save(file);
                try (Session restored = demo.restore(file, options.withContext(1000, false))) {
                    assertThat(restored.tokens()).isEqualTo(prompt);
                    assertThat(restored.logits()).isEqualTo(session.logits());
                    for (int token : text(40)) {
                        session.step(token);
                        restored.step(token);
                    }
                    session.prefill(text(30));
                    restored.prefill(text(30));
                    assertThat(restored.logits()).isEqualTo(session.logits());
                    assertThat(restored.tokens()).isEqualTo(session.tokens());
                }
            }
        }
    }

    @Test
    void anyDamageIsNoticed() throws IOException {
        byte[] sound = Files.readAllBytes(saved(DENSE, 50));
        Path file = folder.resolve("damaged.kv");
        Random random = new Random(41021);
        for (int round = 0; round < 300; round++) {
            byte[] damaged = sound.clone();
            // the header as often as the pages
            int at = random.nextInt(random.nextBoolean() ? 1500 : sound.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, round % 3 == 0 ? Arrays.copyOf(damaged, random.nextInt(sound.length)) : damaged);
            assertThatThrownBy(() -> demo.restore(file, DENSE))
                    .as("round %d, byte %d", round, at)
                    .isInstanceOf(SavedCacheException.class)
                    .hasMessageContaining("damaged.kv: ")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void foreignFilesAreRefusedWithWhatDiffers() throws IOException {
        Path file = saved(DENSE, 50);
        assertRefused(file, DENSE.with(Precision.F16), "was saved with kv: F32; here it is kv: F16");
        assertRefused(file, DENSE.with(hybrid()), "was saved with attention: HybridAttention[");
        assertRefused(file, DENSE.withContext(20, false), "holds 50 tokens, the context allows 1 to 20");
        Path text = Files.writeString(folder.resolve("text.kv"), "Call me Ishmael.", StandardCharsets.UTF_8);
        assertRefused(text, DENSE, "is not a saved KV cache of h2eal");
        try (Engine other = Engine.open(Golden.MODELS.resolve("generated/gqa-F32.gguf"), 1)) {
            assertThatThrownBy(() -> other.restore(file, DENSE))
                    .isInstanceOf(SavedCacheException.class)
                    .hasMessageContaining("was saved with model: " + demo.file().fingerprint());
        }
    }

    private void assertRefused(Path file, SessionOptions options, String problem) {
        assertThatThrownBy(() -> demo.restore(file, options))
                .isInstanceOf(SavedCacheException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(problem);
    }

    private Path saved(SessionOptions options, int tokens) throws IOException {
        Path file = folder.resolve("sound.kv");
        try (Session session = demo.session(options)) {
            session.prefill(text(tokens));
            session.save(file);
        }
        return file;
    }

    private static AttentionMode hybrid() {
        return hybrid(SummaryPrecision.CACHE);
    }

    private static AttentionMode hybrid(SummaryPrecision precision) {
        boolean[][] retrieval = new boolean[4][4];
        for (boolean[] layer : retrieval) {
            layer[1] = true;
        }
        HybridAttention attention = new HybridAttention(
                PAGES,
                new HeadPattern.Streaming(16, 64),
                new HeadPattern.Retrieval(256),
                SummaryScore.BOX,
                GroupRule.SUM,
                3,
                0,
                false,
                false,
                precision,
                OptionalInt.empty());
        return new AttentionMode.Hybrid(attention, Optional.of(HeadMap.of(retrieval)));
    }

    private static int[] text(int tokens) {
        return new Random(tokens).ints(tokens, 'a', 'z' + 1).toArray();
    }
}
