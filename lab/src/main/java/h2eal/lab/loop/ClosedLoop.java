package h2eal.lab.loop;

import h2eal.attention.HeadMap;
import h2eal.hardware.Accelerator;
import h2eal.lab.design.DesignPoint;
import h2eal.lab.design.Mapping;
import h2eal.lab.design.MappingSpec;
import h2eal.lab.design.Workload;
import h2eal.lab.design.WorkloadSpec;
import h2eal.lab.result.SimulationResult;
import h2eal.lab.simulate.Simulation;
import h2eal.lab.spec.Attention;
import h2eal.lab.spec.AttentionSpec;
import h2eal.lab.spec.HardwareSpec;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Presets;
import h2eal.model.Precision;
import h2eal.sim.dram.EngineKind;
import h2eal.workload.StepReads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/// The closed loop: what a real model read, cycle by cycle on a simulated accelerator, beside dense attention on the
/// same contexts. All numbers are simulated and those of the mean decode step.
///
/// @param hardware the accelerator
/// @param meshRows rows of its tiles
/// @param meshColumns columns of its tiles
/// @param roof what no step can exceed
/// @param steps decode steps recorded, every one of them simulated
/// @param systems the dense baselines, then `h2eal`
/// @param gains `h2eal` over each baseline
public record ClosedLoop(
        String hardware,
        int meshRows,
        int meshColumns,
        Roof roof,
        int steps,
        List<SystemCost> systems,
        List<Gain> gains) {

    /// The dense systems, the strongest one last.
    public static final List<String> BASELINES = List.of("hb-remote", "hb-head", "hb-tiled");

    /// The system under test.
    public static final String SYSTEM = "h2eal";

    public ClosedLoop {
        systems = List.copyOf(systems);
        gains = List.copyOf(gains);
    }

    /// Peaks of the whole accelerator.
    ///
    /// @param bytesPerCycle bandwidth of all banks
    /// @param macsPerCycle rate of all tiles in the precision of the cache
    public record Roof(double bytesPerCycle, double macsPerCycle) {

        static Roof of(Accelerator accelerator, Precision precision) {
            int tiles = accelerator.mesh().tiles();
            return new Roof(
                    accelerator.bank().peakBytesPerCycle() * accelerator.tile().banks() * tiles,
                    accelerator.macsPerCycle(precision) * tiles);
        }
    }

    /// The mean decode step of one system.
    public record SystemCost(String system, SimulationResult step) {}

    /// Simulates every recorded step under every system.
    ///
    /// @param hardware name or path of the accelerator's preset
    /// @param progress hears the systems done, of [#systemCount]
    public static ClosedLoop of(RecordedRun run, String hardware, LongConsumer progress) {
        Presets presets = Presets.installed();
        Accelerator accelerator = HardwareSpec.accelerator(presets.named(Kind.HARDWARE, hardware));
        List<SystemCost> baselines = new ArrayList<>();
        for (String baseline : BASELINES) {
            baselines.add(simulate(run, presets, accelerator, baseline));
            progress.accept(baselines.size());
        }
        SystemCost system = simulate(run, presets, accelerator, SYSTEM);
        progress.accept(systemCount());
        List<Gain> gains = baselines.stream()
                .map(baseline -> Gain.of(baseline.system(), baseline.step(), system.step()))
                .toList();
        List<SystemCost> systems = new ArrayList<>(baselines);
        systems.add(system);
        return new ClosedLoop(
                accelerator.name(),
                accelerator.mesh().rows(),
                accelerator.mesh().columns(),
                Roof.of(accelerator, run.model().kv()),
                run.steps().size(),
                systems,
                gains);
    }

    /// Number of systems that [#of] simulates.
    public static int systemCount() {
        return BASELINES.size() + 1;
    }

    /// The mean step of a system.
    public SimulationResult step(String system) {
        return systems.stream()
                .filter(cost -> cost.system().equals(system))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no system " + system))
                .step();
    }

    private static SystemCost simulate(RecordedRun run, Presets presets, Accelerator accelerator, String system) {
        DesignPoint point = point(run, presets, accelerator, system);
        List<StepReads> steps = point.mapping().dense() ? run.denseSteps() : run.steps();
        SimulationResult mean = new Simulation(EngineKind.BURST)
                .run(point, steps.stream().map(List::of).toList());
        return new SystemCost(system, mean);
    }

    /// The design point of a recorded run under a system of `configs/mapping`.
    public static DesignPoint point(RecordedRun run, Presets presets, Accelerator accelerator, String system) {
        Mapping mapping = MappingSpec.mapping(presets.named(Kind.MAPPING, system));
        Attention attention =
                mapping.dense() ? AttentionSpec.attention(presets.named(Kind.ATTENTION, "dense")) : run.attention();
        HeadMap heads = mapping.dense()
                ? HeadMap.allRetrieval(run.heads().layers(), run.heads().kvHeads())
                : run.heads();
        Workload workload = new Workload(
                run.steps().getFirst().contextTokens(),
                1,
                run.steps().size(),
                0,
                WorkloadSpec.DEFAULT_POPULARITY,
                Optional.empty());
        return new DesignPoint(run.model(), heads, attention, accelerator, mapping, workload);
    }
}
