package h2eal.sim.machine;

import h2eal.sim.report.Phase;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;

/// The costs of a step, phase by phase.
public final class Tally {

    private final Map<Phase, PhaseCost> costs = new EnumMap<>(Phase.class);

    /// Adds to what a phase cost.
    public void add(Phase phase, PhaseCost cost) {
        costs.merge(phase, cost, PhaseCost::plus);
    }

    /// Phases that occurred, in order.
    public Map<Phase, PhaseCost> phases() {
        return costs;
    }

    /// The sum over some phases.
    public PhaseCost sum(Predicate<Phase> phases) {
        return costs.entrySet().stream()
                .filter(entry -> phases.test(entry.getKey()))
                .map(Map.Entry::getValue)
                .reduce(PhaseCost.NONE, PhaseCost::plus);
    }
}
