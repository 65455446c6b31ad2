package h2eal.runtime.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.runtime.gguf.GgufException;
import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.text.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that are sound GGUF but no sound model are refused with the field, whatever was damaged.
class DamagedModelTest {

    private static final long SEED = 48213373;
    private static final long[] LIES = {0, 1, 7, 255, Integer.MAX_VALUE, 1L << 32, -1};

    @TempDir
    private Path folder;

    private byte[] sound;

    @BeforeEach
    void writeSoundFile() throws IOException {
        sound = Files.readAllBytes(
                new SmallModel("llama").weights(true, false, false).write(folder));
    }

    @Test
    void everyDamageIsRefusedInOneLineOrHarmless() throws IOException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        Path path = folder.resolve("damaged.gguf");
        int refused = 0;
        int header = 4_000;
        for (int round = 0; round < 2_000; round++) {
            byte[] damaged = sound.clone();
            int at = random.nextInt(header);
            if (random.nextBoolean()) {
                damaged[at] ^= (byte) (1 << random.nextInt(8));
            } else {
                ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).putInt(at, (int)
                        LIES[random.nextInt(LIES.length)]);
            }
            Files.write(path, damaged);
            try (GgufFile file = GgufFile.open(path)) {
                Llama.of(file);
                Tokenizer.of(file.metadata());
            } catch (GgufException e) {
                refused++;
                assertThat(e.getMessage()).contains("damaged.gguf: ").doesNotContain("\n");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed %d, round %d: %s".formatted(SEED, round, e), e);
            }
        }
        assertThat(refused).isBetween(1_000, 1_999);
    }

    @Test
    void whatDoesNotFitIsNamed() {
        refuses(
                complete().text("general.architecture", "mamba"),
                "general.architecture: unknown architecture \"mamba\"");
        refuses(complete().number("block_count", 3), "tensor blk.2.attn_q.weight: is missing");
        refuses(complete().number("block_count", 1), "tensor blk.1.attn_norm.weight: has no place");
        refuses(complete().number("feed_forward_length", 32), "has shape 24 x 33, the metadata ask for 24 x 32");
        refuses(complete().number("attention.head_count_kv", 4), "head_count_kv: must divide the 6 query heads: 4");
        refuses(complete().number("expert_count", 8), "llama.expert_count: mixtures of experts are not supported: 8");
        refuses(complete().without("llama.context_length"), "llama.context_length: is missing");
        refuses(complete().real("context_length", 1.5), "llama.context_length: must be a whole number: 1.5");
        refuses(complete().real("rope.freq_base", -1), "llama.rope.freq_base: must be positive: -1.0");
        refuses(
                complete().scaling("dynamic", 2),
                "unknown scaling \"dynamic\", known are none, linear, yarn, longrope");
        refuses(complete().tensor("blk.0.attn_q_norm.weight", 10), "blk.0.attn_q_norm.weight: has no place");
        refuses(complete().ropeFactors(1, 2), "tensor rope_freqs.weight: has shape 2, the metadata ask for 5");
        refuses(complete().number("rope.dimension_count", 12), "must be even, from 2 to the head size 10: 12");
    }

    private static SmallModel complete() {
        return new SmallModel("llama").weights(false, false, true);
    }

    private void refuses(SmallModel model, String message) {
        try (GgufFile file = GgufFile.open(model.write(folder))) {
            assertThatThrownBy(() -> Llama.of(file))
                    .isInstanceOf(GgufException.class)
                    .hasMessageContaining("small.gguf: ")
                    .hasMessageContaining(message);
        }
    }
}
