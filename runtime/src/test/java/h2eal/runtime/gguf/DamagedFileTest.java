package h2eal.runtime.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/// Twelve thousand damaged files: each is either read or refused with a one-line [GgufException], nothing else.
class DamagedFileTest {

    private static final long SEED = 20260824;
    private static final long[] LIES = {0, 1, 255, 1 << 16, Integer.MAX_VALUE, 1L << 32, 1L << 62, Long.MAX_VALUE, -1};

    private int refused;

    @Test
    void damagedFilesAreReadOrRefusedInOneLine() {
        byte[] sound = SmallFile.bytes();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        for (int round = 0; round < 4_000; round++) {
            readOrRefuse(withFlippedBits(sound, random), "bit flips, round " + round);
            readOrRefuse(Arrays.copyOf(sound, random.nextInt(sound.length)), "truncation, round " + round);
            readOrRefuse(withLie(sound, random), "lie, round " + round);
        }
        assertThat(refused).isBetween(6_000, 11_999);
    }

    private void readOrRefuse(byte[] bytes, String what) {
        try {
            SmallFile.read(bytes);
        } catch (GgufException e) {
            refused++;
            assertThat(e.getMessage()).as(what).startsWith("small.gguf: ").doesNotContain("\n");
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed %d, %s: %s".formatted(SEED, what, e), e);
        }
    }

    private static byte[] withFlippedBits(byte[] sound, RandomGenerator random) {
        byte[] damaged = sound.clone();
        for (int flips = random.nextInt(1, 9); flips > 0; flips--) {
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return damaged;
    }

    private static byte[] withLie(byte[] sound, RandomGenerator random) {
        byte[] damaged = sound.clone();
        ByteBuffer view = ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN);
        long lie = LIES[random.nextInt(LIES.length)];
        int at = random.nextInt(damaged.length - Long.BYTES);
        if (random.nextBoolean()) {
            view.putLong(at, lie);
        } else {
            view.putInt(at, (int) lie);
        }
        return damaged;
    }
}
