package h2eal.lab.speed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// What a run needed of the machine's memory.
///
/// @param weightBytes weights, mapped from the file
/// @param copyBytes their copies, laid out for decoding
/// @param cacheBytes the largest caches that were open together
/// @param peakBytes most memory the process had at once; empty where the system does not say
public record Memory(long weightBytes, long copyBytes, long cacheBytes, OptionalLong peakBytes) {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String PEAK = "VmHWM:";

    /// Memory of this process so far.
    public static Memory now(long weightBytes, long copyBytes, long cacheBytes) {
        return new Memory(weightBytes, copyBytes, cacheBytes, peak());
    }

    private static OptionalLong peak() {
        if (!Files.isReadable(STATUS)) {
            return OptionalLong.empty();
        }
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(PEAK))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
