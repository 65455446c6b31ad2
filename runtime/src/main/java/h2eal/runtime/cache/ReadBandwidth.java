package h2eal.runtime.cache;

import h2eal.runtime.memory.HugePages;
import h2eal.runtime.parallel.Workers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// How fast a crew's threads read memory when they do nothing else: what decoding is limited by.
public final class ReadBandwidth {

    private static final long BYTES = 256L << 20;
    private static final int LINE_BYTES = 64;
    private static final int PASSES = 9;

    private final Workers workers;
    private final MemorySegment memory;
    private final long[] seen;

    private ReadBandwidth(Workers workers, MemorySegment memory) {
        this.workers = workers;
        this.memory = memory;
        seen = new long[workers.count()];
    }

    /// Bytes per second: the median of several passes over memory that no cache holds.
    public static double bytesPerSecond(Workers workers) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = HugePages.allocate(arena, BYTES);
            // memory that was never written is one page of zeros
            memory.fill((byte) 1);
            ReadBandwidth reader = new ReadBandwidth(workers, memory);
            double[] rates = new double[PASSES];
            for (int pass = -PASSES; pass < PASSES; pass++) {
                long start = System.nanoTime();
                reader.workers.run(reader::read);
                rates[Math.max(0, pass)] = BYTES * 1e9 / (System.nanoTime() - start);
            }
            Arrays.sort(rates);
            return rates[PASSES / 2];
        }
    }

    private void read(int worker, int count) {
        seen[worker] = read(memory, BYTES / count * worker, BYTES / count * (worker + 1));
    }

    /// Adds up one number of each cache line of `from..to`, which moves the whole line.
    public static long read(MemorySegment memory, long from, long to) {
        long sum = 0;
        for (long at = from; at + LINE_BYTES <= to; at += LINE_BYTES) {
            sum += memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
        }
        return sum;
    }
}
