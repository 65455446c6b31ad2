package h2eal.bench;

import h2eal.runtime.kernel.Kernels;
import h2eal.runtime.page.KvType;
import h2eal.runtime.page.QueryRows;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.DoubleAdder;

/// Prints how fast single-query GQA attention streams the KV cache, beside a plain read of the same memory by the same
/// threads in turn. Rates are bytes per second of thread CPU time, so that other work on the machine does not count
/// beyond what it takes from caches and memory.
///
/// Arguments: number of threads (default 1).
public final class KvStreaming {

    private static final int WARM_UPS = 4;
    private static final int REPEATS = 15;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private KvStreaming() {}

    /// Keeps results alive.
    private static volatile float seen;

    private interface Pass {
        float run(KvStreams streams, int share, int shares, QueryRows rows);
    }

    public static void main(String[] arguments) {
        int threads = arguments.length == 0 ? 1 : Integer.parseInt(arguments[0]);
        System.out.printf(
                "%d query heads on %d KV heads of %d, %d threads, %s%n",
                KvStreams.KV_HEADS * KvStreams.GROUP,
                KvStreams.KV_HEADS,
                KvStreams.HEAD_SIZE,
                threads,
                Kernels.best().description());
        System.out.println("kv   read GB/s  dense GB/s  of read  selected GB/s  of dense");
        for (KvType type : KvType.values()) {
            report(type, threads);
        }
    }

    private static void report(KvType type, int threads) {
        List<Pass> passes = List.of(
                (streams, share, shares, rows) -> streams.read(share, shares),
                KvStreams::attend,
                KvStreams::attendSelected);
        List<double[]> rates = new ArrayList<>();
        passes.forEach(pass -> rates.add(new double[REPEATS]));
        try (KvStreams streams = new KvStreams(type)) {
            for (int repeat = -WARM_UPS; repeat < REPEATS; repeat++) {
                for (int i = 0; i < passes.size(); i++) {
                    double rate = rate(streams, passes.get(i), threads);
                    if (repeat >= 0) {
                        rates.get(i)[repeat] = rate;
                    }
                }
            }
        }
        double read = median(rates.get(0));
        double dense = median(rates.get(1));
        double selected = median(rates.get(2)) / KvStreams.SELECTED_OF;
        System.out.printf(
                "%-4s %9.1f  %10.1f  %6.0f%%  %13.1f  %7.0f%%%n",
                type, read, dense, 100 * dense / read, selected, 100 * selected / dense);
    }

    /// Sum of the threads' rates, in GB/s, as if each went over all pages of its share.
    private static double rate(KvStreams streams, Pass pass, int threads) {
        DoubleAdder total = new DoubleAdder();
        List<Thread> crew = new ArrayList<>();
        for (int share = 0; share < threads; share++) {
            int own = share;
            crew.add(Thread.ofPlatform().start(() -> {
                QueryRows rows = streams.rows();
                long before = THREADS.getCurrentThreadCpuTime();
                float result = pass.run(streams, own, threads, rows);
                long nanoseconds = THREADS.getCurrentThreadCpuTime() - before;
                total.add(streams.bytes(threads) / nanoseconds);
                seen = result;
            }));
        }
        for (Thread thread : crew) {
            join(thread);
        }
        return total.sum();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    private static double median(double[] numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
