package h2eal.lab.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import h2eal.runtime.gguf.GgufException;
import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.text.Tokenizer;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceModelTest {

    private static final int[] TOKENS = {256, 40, 41, 42, 7, 262, 100, 3, 3, 250, 1};

    @TempDir
    private Path folder;

    @TempDir
    private Path other;

    /// The two families compute the same when there are no biases, but their files turn other numbers together.
    @Test
    void reorderedRowsOfLlamaComputeWhatHalvesOfQwenDo() throws IOException {
        float[] qwen = logits(new SmallFolder(folder, "qwen2").write());
        assertThat(logits(new SmallFolder(other, "llama").write())).containsExactly(qwen, within(1e-5f));
    }

    @Test
    void biasesAreReorderedToo() throws IOException {
        float[] qwen = logits(new SmallFolder(folder, "qwen2").biases().write());
        assertThat(logits(new SmallFolder(other, "llama").biases().write())).containsExactly(qwen, within(1e-5f));
    }

    @Test
    void shardsHoldTheSameModel() throws IOException {
        float[] single = logits(new SmallFolder(folder, "qwen3").write());
        assertThat(logits(new SmallFolder(other, "qwen3").writeSharded())).containsExactly(single);
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "phi3", "gemma2", "gemma3_text"})
    void everyFamilyHasAPlaceForAllItsTensors(String modelType) throws IOException {
        SmallFolder model = new SmallFolder(folder, modelType).config("sliding_window", 4);
        for (float logit : logits(model.write())) {
            assertThat(logit).isFinite();
        }
    }

    @Test
    void typesRoundButDoNotChangeTheModel() throws IOException {
        Path model = new SmallFolder(folder, "llama").write();
        float[] exact = logits(model);
        for (WeightFormat format : WeightFormat.values()) {
            Path gguf = other.resolve(format + ".gguf");
            HuggingFaceModel.convert(model, gguf, format);
            float tolerance = format == WeightFormat.STORED || format == WeightFormat.F32 ? 0 : 0.15f;
            assertThat(logitsOf(gguf)).as(format.toString()).containsExactly(exact, within(tolerance));
        }
        assertThat(Files.size(other.resolve("Q8_0.gguf"))).isLessThan(Files.size(other.resolve("F16.gguf")) * 3 / 4);
    }

    @Test
    void halvesAreStoredAsTheyAre() throws IOException {
        for (String type : List.of("F16", "BF16")) {
            Path gguf = other.resolve(type + ".gguf");
            HuggingFaceModel.convert(
                    new SmallFolder(folder, "qwen2").stored(type).write(), gguf, WeightFormat.STORED);
            try (GgufFile file = GgufFile.open(gguf)) {
                assertThat(file.require("blk.1.attn_q.weight").type().name()).isEqualTo(type);
                assertThat(file.require("blk.1.attn_norm.weight").type().name()).isEqualTo("F32");
            }
        }
    }

    @Test
    void ropeScalingBecomesFactorsAndKeys() throws IOException {
        SmallFolder model = new SmallFolder(folder, "llama")
                .config("rope_theta", 500000)
                .config(
                        "rope_scaling",
                        "{\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":1,\"high_freq_factor\":4,"
                                + "\"original_max_position_embeddings\":64}");
        Path gguf = other.resolve("factors.gguf");
        HuggingFaceModel.convert(model.write(), gguf, WeightFormat.STORED);
        try (GgufFile file = GgufFile.open(gguf)) {
            assertThat(file.metadata().real("llama.rope.freq_base")).contains(500000.0);
            // 64 tokens turn pair 0 ten times: kept; pair 1 turns 1.976 times: 0.3252 of it kept; the rest less than
            // once
            float[] factors = new float[8];
            var data = file.require("rope_freqs.weight").data();
            for (int i = 0; i < 8; i++) {
                factors[i] = data.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i);
            }
            assertThat(factors[0]).isEqualTo(1);
            assertThat(factors[1]).isCloseTo((float) (1 / ((1 - 0.32510) / 8 + 0.32510)), within(1e-3f));
            assertThat(factors[2]).isEqualTo(8);
        }
    }

    @Test
    void tokenizerKeepsItsTokensAndRules() throws IOException {
        try (Engine engine = HuggingFaceModel.open(new SmallFolder(folder, "llama").write(), 1)) {
            Tokenizer tokenizer = engine.tokenizer();
            assertThat(tokenizer.encodePrompt("the the<|turn|>1234<tool>"))
                    .containsExactly(256, 261, 262, 258, 49, 50, 51, 52, 259);
            assertThat(tokenizer.endsGeneration(257)).isTrue();
            assertThat(tokenizer.endsGeneration(258)).isTrue();
            assertThat(tokenizer.vocabularySize()).isEqualTo(SmallFolder.VOCABULARY);
        }
    }

    @Test
    void whatIsMissingOrUnknownIsNamed() throws IOException {
        assertRefused(
                new SmallFolder(folder, "mamba"), "config.json: model_type: mamba is not supported, supported are");
        assertRefused(new SmallFolder(folder, "llama").config("hidden_size", "\"x\""), "hidden_size: must be a whole");
        assertRefused(
                new SmallFolder(folder, "llama").config("rope_scaling", "{\"type\":\"dynamic\",\"factor\":2}"),
                "rope_scaling.rope_type: dynamic is not supported");
        Path model = new SmallFolder(folder, "llama").write();
        Files.delete(model.resolve("model.safetensors"));
        assertThatThrownBy(() -> convert(model)).hasMessageContaining("there is no model.safetensors and no");
        Files.delete(model.resolve("tokenizer.json"));
        assertThatThrownBy(() -> convert(model)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void fullDiskIsNamedWithAWayOut() throws IOException {
        Path model = new SmallFolder(folder, "llama").write();
        Path full = Path.of("/dev/full");
        assertThatThrownBy(() -> HuggingFaceModel.convert(model, full, WeightFormat.STORED))
                .hasMessage("/dev/full: cannot be written: No space left on device");
        assertThatThrownBy(() -> HuggingFaceModel.convertTemporarily(model, full))
                .hasMessageStartingWith(
                        "/dev/full: cannot be written: No space left on device; reading a folder needs room")
                .hasMessageContaining("java.io.tmpdir");
    }

    @Test
    void everyDamageIsRefusedInOneLineOrHarmless() throws IOException {
        Path model = new SmallFolder(folder, "llama").write();
        Random random = new Random(77003);
        int refused = 0;
        for (String name : List.of("config.json", "tokenizer.json", "model.safetensors")) {
            Path file = model.resolve(name);
            byte[] sound = Files.readAllBytes(file);
            for (int round = 0; round < 60; round++) {
                byte[] damaged = sound.clone();
                int at = random.nextInt(Math.min(sound.length, 3000));
                damaged[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, damaged);
                try {
                    HuggingFaceModel.open(model, 1).close();
                } catch (ConvertException | GgufException e) {
                    refused++;
                    assertThat(e.getMessage()).doesNotContain("\n");
                } catch (RuntimeException | Error e) {
                    throw new AssertionError("%s, round %d, byte %d: %s".formatted(name, round, at, e), e);
                }
            }
            Files.write(file, sound);
        }
        assertThat(refused).isGreaterThan(90);
    }

    private void assertRefused(SmallFolder model, String message) throws IOException {
        Path written = model.write();
        assertThatThrownBy(() -> convert(written))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining(message);
    }

    private void convert(Path model) throws IOException {
        HuggingFaceModel.convert(model, other.resolve("out.gguf"), WeightFormat.STORED);
    }

    private float[] logits(Path model) throws IOException {
        Path gguf = model.resolveSibling("model-%s.gguf".formatted(model.getFileName()));
        HuggingFaceModel.convert(model, gguf, WeightFormat.STORED);
        return logitsOf(gguf);
    }

    private static float[] logitsOf(Path gguf) {
        try (Engine engine = Engine.open(gguf, 1);
                Session session = engine.session(SessionOptions.dense())) {
            session.prefill(TOKENS);
            return session.logits().clone();
        }
    }
}
