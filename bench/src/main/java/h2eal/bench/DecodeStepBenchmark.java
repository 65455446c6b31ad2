package h2eal.bench;

import h2eal.lab.design.DesignPoint;
import h2eal.lab.design.DesignPoints;
import h2eal.lab.simulate.Deployments;
import h2eal.lab.simulate.Workloads;
import h2eal.lab.spec.Presets;
import h2eal.lab.yaml.YamlDocument;
import h2eal.sim.Simulator;
import h2eal.sim.dram.EngineKind;
import h2eal.sim.report.StepReport;
import h2eal.workload.StepReads;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

/// Simulates whole decode steps on `hb-large`, 64 tiles with full bank timing: a dense step of Llama-3-8B at 128K
/// (under 2 s in under 1 GB), and a hybrid step of Llama-2-7B at 64K that selects anew (under 0.1 s; peers take 2.7 to
/// 12 CPU seconds).
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecodeStepBenchmark {

    /// Model, context and system.
    public enum Step {
        DENSE_LLAMA_3_8B("llama-3-8b", "128K", "hb-tiled"),
        HYBRID_LLAMA_2_7B("llama-2-7b", "64K", "h2eal");

        private final String model;
        private final String context;
        private final String system;

        Step(String model, String context, String system) {
            this.model = model;
            this.context = context;
            this.system = system;
        }
    }

    @Param
    private Step step;

    @Param({"BURST"})
    private EngineKind engine;

    private Simulator simulator;
    private List<StepReads> reads;
    private long startNanoseconds;
    private long steps;

    @Setup
    public void deploy() {
        DesignPoints points = new DesignPoints(Presets.installed());
        DesignPoint point = points.point(points.resolved(
                YamlDocument.parse("benchmark.yaml", """
                model: %s
                hardware: hb-large
                attention: h2eal
                mapping: %s
                workload: {context: %s, steps: 1}
                """.formatted(step.model, step.system, step.context))));
        reads = Workloads.steps(point).getFirst();
        simulator = new Simulator(Deployments.of(point, reads, 1), engine);
    }

    @Benchmark
    public StepReport step() {
        steps++;
        return simulator.step(reads);
    }

    @Setup(Level.Iteration)
    public void start() {
        steps = 0;
        startNanoseconds = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /// CPU time, which other work on the machine does not change.
    @TearDown(Level.Iteration)
    public void print() {
        long nanoseconds = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - startNanoseconds;
        System.out.printf("%.1f ms of CPU per step; ", nanoseconds / 1e6 / steps);
    }
}
