package h2eal.lab.fit;

import h2eal.hardware.Accelerator;
import h2eal.lab.design.DesignPoint;
import h2eal.lab.loop.ClosedLoop;
import h2eal.lab.loop.RecordedRun;
import h2eal.lab.result.SimulationResult;
import h2eal.lab.simulate.Simulation;
import h2eal.lab.spec.HardwareSpec;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Presets;
import h2eal.sim.dram.EngineKind;
import h2eal.workload.StepReads;
import java.util.List;

/// A fitted popularity on trial: what reads drawn from it cost on an accelerator beside the recorded ones. All costs
/// are simulated and those of the mean decode step.
///
/// @param fit the popularity, and how recorded and drawn reads use their pages
/// @param replayed cost of the recorded reads
/// @param drawn cost of drawn ones, with a seed that was not fitted to
public record FitCheck(PopularityFit fit, SimulationResult replayed, SimulationResult drawn) {

    private static final long SEED = 7;

    /// Fits to a run and simulates both under `h2eal`.
    ///
    /// @param hardware name or path of the accelerator's preset
    public static FitCheck of(RecordedRun run, String hardware) {
        Presets presets = Presets.installed();
        Accelerator accelerator = HardwareSpec.accelerator(presets.named(Kind.HARDWARE, hardware));
        return of(run, ClosedLoop.point(run, presets, accelerator, ClosedLoop.SYSTEM));
    }

    /// Fits to a run and simulates both.
    ///
    /// @param point where: its own workload does not matter
    public static FitCheck of(RecordedRun run, DesignPoint point) {
        PopularityFit fit = PopularityFit.of(run);
        return new FitCheck(
                fit, simulate(point, run.steps()), simulate(point, PopularityFit.draw(run, fit.popularity(), SEED)));
    }

    private static SimulationResult simulate(DesignPoint point, List<StepReads> steps) {
        return new Simulation(EngineKind.BURST)
                .run(point, steps.stream().map(List::of).toList());
    }

    /// Cycles of the attention, drawn over replayed - 1.
    public double attentionError() {
        return (double) drawn.attention().cycles() / replayed.attention().cycles() - 1;
    }

    /// Cycles of the whole step, drawn over replayed - 1.
    public double endToEndError() {
        return (double) drawn.endToEnd().cycles() / replayed.endToEnd().cycles() - 1;
    }

    /// Energy of the attention, drawn over replayed - 1.
    public double attentionEnergyError() {
        return drawn.attention().energyPicojoules().total()
                        / replayed.attention().energyPicojoules().total()
                - 1;
    }
}
