package h2eal.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.DoubleAdder;

/// Times several ways to go over the same memory, in turn. Rates are bytes per second of thread CPU time, so that other
/// work on the machine does not count beyond what it takes from caches and memory.
final class Streaming {

    /// Enough for large kernels to be compiled: with 6, medians of Q5_K and Q6_K were half of what follows.
    private static final int WARM_UPS = 25;
    private static final int REPEATS = 15;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /// Keeps results alive.
    private static volatile float seen;

    private Streaming() {}

    /// One way over share `share` of `shares`; returns anything that depends on what was read.
    @FunctionalInterface
    interface Pass {
        float run(int share, int shares);
    }

    /// Median rate of each pass in GB/s, summed over `threads` that each take their share of `bytes`.
    static double[] rates(List<Pass> passes, double bytes, int threads) {
        double[][] rates = new double[passes.size()][REPEATS];
        for (int repeat = -WARM_UPS; repeat < REPEATS; repeat++) {
            for (int i = 0; i < rates.length; i++) {
                double rate = rate(passes.get(i), bytes, threads);
                if (repeat >= 0) {
                    rates[i][repeat] = rate;
                }
            }
        }
        return Arrays.stream(rates).mapToDouble(Streaming::median).toArray();
    }

    private static double rate(Pass pass, double bytes, int threads) {
        DoubleAdder total = new DoubleAdder();
        List<Thread> crew = new ArrayList<>();
        for (int share = 0; share < threads; share++) {
            int own = share;
            crew.add(Thread.ofPlatform().start(() -> {
                long before = THREADS.getCurrentThreadCpuTime();
                float result = pass.run(own, threads);
                long nanoseconds = THREADS.getCurrentThreadCpuTime() - before;
                total.add(bytes / threads / nanoseconds);
                seen = result;
            }));
        }
        crew.forEach(Streaming::join);
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
