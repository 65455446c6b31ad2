package h2eal.lab.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultCacheTest {

    private static final int RESULTS = 20;

    @TempDir
    private Path folder;

    @Test
    void resultsSurviveClosing() throws IOException {
        Path file = filled();
        try (ResultCache cache = ResultCache.open(file)) {
            assertThat(cache.damagedLines()).isZero();
            assertThat(cache.get(key(7))).hasValue("{\"cycles\":7}");
            assertThat(cache.get(key(99))).isEmpty();
        }
    }

    @Test
    void killAtAnyByteLosesNothingFinished() throws IOException {
        byte[] whole = Files.readAllBytes(filled());
        int lineBytes = whole.length / RESULTS;
        for (int cut = 0; cut <= whole.length; cut += 7) {
            Path file = folder.resolve("cut");
            Files.write(file, java.util.Arrays.copyOf(whole, cut));
            try (ResultCache cache = ResultCache.open(file)) {
                assertThat(cache.size()).as("cut at %d", cut).isGreaterThanOrEqualTo(cut / (lineBytes + 1));
                cache.put(key(99), "{}");
            }
            try (ResultCache cache = ResultCache.open(file)) {
                assertThat(cache.get(key(99))).as("cut at %d", cut).isPresent();
            }
        }
    }

    @Test
    void everyFlippedByteIsNoticedAndOnlyItsLineIsLost() throws IOException {
        byte[] whole = Files.readAllBytes(filled());
        Random random = new Random(5);
        for (int flip = 0; flip < whole.length; flip += 11) {
            byte[] damaged = whole.clone();
            damaged[flip] ^= (byte) (1 << random.nextInt(7));
            if (damaged[flip] == '\n' || whole[flip] == '\n') {
                continue;
            }
            Path file = Files.write(folder.resolve("flipped"), damaged);
            try (ResultCache cache = ResultCache.open(file)) {
                assertThat(cache.damagedLines()).as("flip at %d", flip).isEqualTo(1);
                assertThat(cache.size()).isEqualTo(RESULTS - 1);
            }
        }
    }

    @Test
    void secondWriterIsRefused() throws IOException {
        Path file = filled();
        try (ResultCache first = ResultCache.open(file)) {
            assertThat(first.size()).isEqualTo(RESULTS);
            assertThatThrownBy(() -> ResultCache.open(file)).hasMessageContaining("another run");
        }
    }

    private Path filled() throws IOException {
        Path file = folder.resolve("results.jsonl");
        try (ResultCache cache = ResultCache.open(file)) {
            for (int i = 0; i < RESULTS; i++) {
                cache.put(key(i), "{\"cycles\":%d}".formatted(i));
            }
        }
        return file;
    }

    private static String key(int number) {
        return ContentHash.of("result " + number);
    }
}
