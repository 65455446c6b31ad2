package h2eal.lab.simulate;

import h2eal.lab.design.DesignPoint;
import h2eal.lab.result.PrefillResult;
import h2eal.lab.result.ScheduleSummary;
import h2eal.lab.result.SimulationResult;
import h2eal.lab.yaml.SpecException;
import h2eal.mapping.crowding.BankBalance;
import h2eal.sim.Simulator;
import h2eal.sim.deployment.Deployment;
import h2eal.sim.dram.EngineKind;
import h2eal.sim.report.CapacityReport;
import h2eal.sim.timeline.Timeline;
import h2eal.workload.StepReads;
import java.util.ArrayList;
import java.util.List;

/// Simulates the decode steps of design points.
///
/// @param engine how banks are simulated
public record Simulation(EngineKind engine) {

    /// The mean step of a design point.
    public SimulationResult run(DesignPoint point) {
        return run(point, Timeline.OFF);
    }

    /// The mean step of a design point that must fit.
    ///
    /// @throws SpecException saying what does not fit
    public SimulationResult runFitting(DesignPoint point) {
        SimulationResult result = run(point);
        if (!result.fits()) {
            throw new SpecException(result.capacity().explanation());
        }
        return result;
    }

    static void requireFits(CapacityReport capacity) {
        if (!capacity.fits()) {
            throw new SpecException(capacity.explanation());
        }
    }

    /// The mean step of a design point; `timeline` is told of the first one.
    public SimulationResult run(DesignPoint point, Timeline timeline) {
        Prepared prepared = prepared(point);
        return mean(prepared.deployment(), prepared.steps(), timeline);
    }

    private record Prepared(Deployment deployment, List<List<StepReads>> steps) {}

    /// The steps to simulate, on the deployment for them. Where pages are copied, the first half of the steps is the
    /// past that is learned from.
    private static Prepared prepared(DesignPoint point) {
        List<List<StepReads>> all = Workloads.steps(point);
        int past = point.mapping().hotPageCopies().isPresent() ? all.size() / 2 : 0;
        if (point.mapping().hotPageCopies().isPresent() && past == 0) {
            throw new SpecException(
                    "mapping: hotPageCopies are learned from the first half of the steps, there is one");
        }
        List<List<StepReads>> expected = all.subList(past, all.size());
        Deployment deployment = Deployments.after(all.subList(0, past), point, expected.getFirst(), expected.size());
        boolean balances = point.mapping().bankSlack().isPresent();
        return new Prepared(deployment, balances ? balanced(point, deployment).subList(past, all.size()) : expected);
    }

    /// The mean of given steps of a design point, whatever its workload says.
    ///
    /// @param steps consecutive decode steps, each with what every sequence of the batch reads
    public SimulationResult run(DesignPoint point, List<List<StepReads>> steps) {
        return run(point, steps, Timeline.OFF);
    }

    /// The mean of given steps of a design point; `timeline` is told of the first one.
    public SimulationResult run(DesignPoint point, List<List<StepReads>> steps, Timeline timeline) {
        return mean(Deployments.of(point, steps.getFirst(), steps.size()), steps, timeline);
    }

    private SimulationResult mean(Deployment deployment, List<List<StepReads>> steps, Timeline timeline) {
        Simulator simulator = new Simulator(deployment, engine);
        List<SimulationResult> results = new ArrayList<>();
        ScheduleSummary schedule = ScheduleSummary.of(deployment.schedules());
        for (List<StepReads> step : steps) {
            Timeline watched = results.isEmpty() ? timeline : Timeline.OFF;
            results.add(SimulationResult.of(simulator.step(step, watched), schedule));
        }
        return MeanStep.of(results);
    }

    /// The same draws once more, now that it is known where the pages lie.
    private static List<List<StepReads>> balanced(DesignPoint point, Deployment deployment) {
        if (point.workload().trace().isPresent()) {
            throw new SpecException("mapping: bankSlack changes what is selected, a trace has no scores to select by");
        }
        double slack = point.mapping().bankSlack().getAsDouble();
        return Workloads.steps(
                point,
                sequence -> new BankBalance(
                        deployment.layout(), point.hardware(), point.attention().hybrid(), sequence, slack));
    }

    /// An estimate of reading a prompt as long as the context, in chunks of `chunkTokens`.
    public PrefillResult prefill(DesignPoint point, int chunkTokens) {
        Deployment deployment = Deployments.of(point, Workloads.steps(point).getFirst(), 1);
        return PrefillResult.of(
                new Simulator(deployment, engine).prefill(point.workload().contextTokens(), chunkTokens));
    }
}
