package h2eal.lab.speed;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/// Times of equal pieces of work on the calling thread.
final class Stopwatch {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final double[] wall;
    private final double[] cpu;
    private int taken;

    /// A stopwatch for `pieces` times.
    Stopwatch(int pieces) {
        wall = new double[pieces];
        cpu = new double[pieces];
    }

    /// Does and times one piece.
    void time(Runnable piece) {
        long cpuBefore = THREADS.getCurrentThreadCpuTime();
        long before = System.nanoTime();
        piece.run();
        wall[taken] = (System.nanoTime() - before) / 1e6;
        cpu[taken++] = (THREADS.getCurrentThreadCpuTime() - cpuBefore) / 1e6;
    }

    /// Medians and least of what was timed.
    Milliseconds result() {
        Arrays.sort(wall, 0, taken);
        Arrays.sort(cpu, 0, taken);
        return new Milliseconds(wall[taken / 2], wall[0], cpu[taken / 2]);
    }
}
