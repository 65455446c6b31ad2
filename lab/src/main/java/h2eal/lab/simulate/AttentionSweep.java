package h2eal.lab.simulate;

import h2eal.attention.HeadMap;
import h2eal.attention.HybridAttention;
import h2eal.hardware.Accelerator;
import h2eal.lab.design.DesignPoint;
import h2eal.lab.design.Workload;
import h2eal.lab.yaml.SpecException;
import h2eal.mapping.Balancer;
import h2eal.mapping.HeadWork;
import h2eal.mapping.TileSchedule;
import h2eal.model.ModelShape;
import h2eal.sim.Simulator;
import h2eal.sim.deployment.Deployment;
import h2eal.sim.dram.EngineKind;
import h2eal.workload.StepReads;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The attention of many design points. Points of a sweep differ in a key or two: what they share, reads drawn for the
/// same heads and schedules of the same work, is computed once. The results are those of each point alone. Thread-safe.
public final class AttentionSweep {

    private final EngineKind engine;
    private final Map<Reading, List<List<StepReads>>> reads = new ConcurrentHashMap<>();
    private final Map<Scheduling, List<TileSchedule>> schedules = new ConcurrentHashMap<>();

    /// A sweep that simulates banks with `engine`.
    public AttentionSweep(EngineKind engine) {
        this.engine = engine;
    }

    /// What drawn reads depend on.
    private record Reading(
            ModelShape model, HeadMap heads, HybridAttention attention, boolean dense, Workload workload) {

        static Reading of(DesignPoint point) {
            return new Reading(
                    point.model().shape(),
                    point.heads(),
                    point.attention().hybrid(),
                    point.mapping().dense(),
                    point.workload());
        }
    }

    /// What schedules depend on.
    private record Scheduling(List<List<HeadWork>> works, Balancer balancer, Accelerator hardware) {}

    /// The attention of the mean step of a design point.
    ///
    /// @throws SpecException if the point does not fit, or its mapping selects pages by where they lie, which needs a
    ///     whole step
    public AttentionResult run(DesignPoint point) {
        if (point.mapping().bankSlack().isPresent()) {
            throw new SpecException("mapping: bankSlack needs the scope end-to-end");
        }
        List<List<StepReads>> steps = reads.computeIfAbsent(Reading.of(point), key -> Workloads.steps(point));
        List<StepReads> first = steps.getFirst();
        Scheduling scheduling =
                new Scheduling(Schedules.works(point, first), point.mapping().balancer(), point.hardware());
        Deployment deployment = Deployments.of(
                point, first, steps.size(), schedules.computeIfAbsent(scheduling, key -> Schedules.of(point, first)));
        Simulator simulator = new Simulator(deployment, engine);
        Simulation.requireFits(simulator.capacity());
        return AttentionResult.mean(steps.stream().map(simulator::attention).toList());
    }
}
