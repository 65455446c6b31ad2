package h2eal.cli.measure;

import h2eal.cli.console.Table;
import h2eal.cli.option.Kv;
import h2eal.lab.speed.DecodeSpeed;
import h2eal.lab.speed.Memory;
import java.util.List;

/// The text of `h2eal bench`.
final class BenchText {

    private BenchText() {}

    static String of(BenchResult result) {
        String head = """
                %s, %s, %d threads, plain read %.1f GB/s
                weights: %.2f GB for each token, at most %.1f tokens/s by that read
                memory:  %s
                prefill: %.1f tokens/s for a prompt of %d from an empty context
                """.formatted(
                        result.model(),
                        result.kernels(),
                        result.threads(),
                        result.readBytesPerSecond() / 1e9,
                        gigabytes(result.weightBytesPerStep()),
                        result.readBytesPerSecond() / result.weightBytesPerStep(),
                        memory(result.memory()),
                        result.prefill().tokensPerSecond(),
                        result.prefill().promptTokens());
        String foot = "%n%nallocated per step after warm-up: %.0f bytes"
                .formatted(result.rows().getLast().allocatedBytesPerStep());
        return head + "\n" + table(result.rows()).text() + foot;
    }

    private static String memory(Memory memory) {
        long known = memory.weightBytes() + memory.copyBytes() + memory.cacheBytes();
        String parts = "%.2f GB weights + %.2f GB of their copies + %.2f GB of the largest two caches"
                .formatted(
                        gigabytes(memory.weightBytes()), gigabytes(memory.copyBytes()), gigabytes(memory.cacheBytes()));
        return memory.peakBytes().isEmpty()
                ? parts
                : "%s + %.2f GB = %.2f GB at the peak"
                        .formatted(
                                parts,
                                gigabytes(memory.peakBytes().getAsLong() - known),
                                gigabytes(memory.peakBytes().getAsLong()));
    }

    private static double gigabytes(long bytes) {
        return bytes / 1e9;
    }

    private static Table table(List<DecodeSpeed> rows) {
        List<List<String>> cells = rows.stream()
                .map(row -> List.of(
                        Kv.of(row.kv()).toString(),
                        Integer.toString(row.contextTokens()),
                        "%.1f".formatted(row.dense().median()),
                        "%.1f".formatted(row.hybrid().median()),
                        "%.1f".formatted(1e3 / row.dense().median()),
                        "%.1f".formatted(1e3 / row.hybrid().median()),
                        "%.2f".formatted(row.speedup()),
                        "%.2f".formatted(row.reads().savedFactor()),
                        "%.1f".formatted(row.densePrefill().tokensPerSecond()),
                        "%.1f".formatted(row.hybridPrefill().tokensPerSecond()),
                        "%.2f".formatted(row.hybridPrefillReads().savedFactor())))
                .toList();
        return new Table(
                List.of(
                        "kv",
                        "context",
                        "dense ms",
                        "hybrid ms",
                        "dense tokens/s",
                        "hybrid tokens/s",
                        "x faster",
                        "x fewer bytes",
                        "dense prefill/s",
                        "hybrid prefill/s",
                        "x fewer in prefill"),
                cells);
    }
}
