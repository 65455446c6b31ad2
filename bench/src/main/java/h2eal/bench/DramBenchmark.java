package h2eal.bench;

import h2eal.hardware.BankSpec;
import h2eal.hardware.DramTiming;
import h2eal.sim.dram.Access;
import h2eal.sim.dram.BankEngine;
import h2eal.sim.dram.DramCounts;
import h2eal.sim.dram.DramReplay;
import h2eal.sim.dram.EngineKind;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// DRAM commands and column accesses that one thread simulates per second, on the `edge` bank of the golden tables with
/// refresh. Ramulator 2.1 serves 0.58 million column accesses per CPU second of the sequential trace and 0.06 million
/// of the random one; DRAMsim3 0.20 and 0.06.
///
/// `replay` takes bare requests of 64 bytes, as those simulators do; `rows` takes whole rows, as a decode step does.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DramBenchmark {

    private static final BankSpec EDGE =
            new BankSpec(1L << 28, 2048, 64, new DramTiming(2.5, 1, 6, 4, 6, 6, 14, 20, 7, 2, 4, 2, 1560, 104));
    private static final int REQUESTS = 1_000_000;
    private static final long MULTIPLIER = 6364136223846793005L;
    private static final long INCREMENT = 1442695040888963407L;

    @Param
    private EngineKind engine;

    /// What was simulated. JMH divides it by wall-clock time; the printed line divides it by CPU time, which other work
    /// on the machine does not change.
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Simulated {
        private static final double RAMULATOR_COLUMNS_PER_SECOND = 0.58e6;

        public long commands;
        public long columns;
        private long startNanoseconds;

        @Setup(Level.Iteration)
        public void start() {
            commands = 0;
            columns = 0;
            startNanoseconds = cpuNanoseconds();
        }

        private DramCounts add(DramCounts counts) {
            commands += counts.commands();
            columns += counts.columns();
            return counts;
        }

        @TearDown(Level.Iteration)
        public void print() {
            double seconds = (cpuNanoseconds() - startNanoseconds) / 1e9;
            System.out.printf(
                    "per CPU second: %.1f M commands, %.1f M columns = %.0f x Ramulator 2.1's best; ",
                    commands / seconds / 1e6,
                    columns / seconds / 1e6,
                    columns / seconds / RAMULATOR_COLUMNS_PER_SECOND);
        }

        private static long cpuNanoseconds() {
            return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }
    }

    @Benchmark
    public DramCounts rows(Simulated simulated) {
        BankEngine bank = engine.engine(EDGE);
        for (int row = 0; row < REQUESTS / EDGE.columns(); row++) {
            bank.access(Access.READ, row, 0, EDGE.rowBytes(), 0);
        }
        return simulated.add(bank.counts());
    }

    @Benchmark
    public DramCounts replaySequential(Simulated simulated) {
        DramReplay replay = new DramReplay(EDGE, engine, (number, cycle) -> {});
        for (long request = 0; request < REQUESTS; request++) {
            replay.send(request * EDGE.burstBytes(), Access.READ, 0);
        }
        return simulated.add(replay.finish().counts());
    }

    @Benchmark
    public DramCounts replayRandom(Simulated simulated) {
        DramReplay replay = new DramReplay(EDGE, engine, (number, cycle) -> {});
        long state = 42;
        for (long request = 0; request < REQUESTS; request++) {
            state = state * MULTIPLIER + INCREMENT;
            replay.send((state >>> 33) % (1L << 28) / 64 * 64, Access.READ, 0);
        }
        return simulated.add(replay.finish().counts());
    }
}
