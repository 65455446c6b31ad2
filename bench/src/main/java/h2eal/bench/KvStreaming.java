package h2eal.bench;

import h2eal.runtime.kernel.Kernels;
import h2eal.runtime.page.KvType;
import java.util.Arrays;
import java.util.List;

/// Prints how fast single-query GQA attention streams the KV cache, beside a plain read of the same memory by the same
/// threads in turn. See [Streaming] for the rates.
///
/// Arguments: number of threads (default 1), then KV types (default all).
public final class KvStreaming {

    private KvStreaming() {}

    public static void main(String[] arguments) {
        int threads = arguments.length == 0 ? 1 : Integer.parseInt(arguments[0]);
        System.out.printf(
                "%d query heads on %d KV heads of %d, %d threads, %s%n",
                KvStreams.KV_HEADS * KvStreams.GROUP,
                KvStreams.KV_HEADS,
                KvStreams.HEAD_SIZE,
                threads,
                Kernels.best().description());
        System.out.println("kv   read GB/s  dense GB/s  of read  tokens/us  selected GB/s  of dense");
        Arrays.stream(KvType.values())
                .filter(type -> arguments.length < 2 || List.of(arguments).contains(type.name()))
                .forEach(type -> report(type, threads));
    }

    private static void report(KvType type, int threads) {
        try (KvStreams streams = new KvStreams(type)) {
            List<Streaming.Pass> passes = List.of(
                    streams::read,
                    (share, shares) -> streams.attend(share, shares, streams.rows()),
                    (share, shares) -> streams.attendSelected(share, shares, streams.rows()));
            double[] rates = Streaming.rates(passes, streams.bytes(1), threads);
            System.out.printf(
                    "%-4s %9.1f  %10.1f  %6.0f%%  %9.1f  %13.1f  %7.0f%%%n",
                    type,
                    rates[0],
                    rates[1],
                    100 * rates[1] / rates[0],
                    rates[1] * 1e3 / streams.tokenBytes(),
                    rates[2],
                    100 * rates[2] / rates[1]);
        }
    }
}
