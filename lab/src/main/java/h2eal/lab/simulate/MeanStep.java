package h2eal.lab.simulate;

import h2eal.lab.result.SimulationResult;
import h2eal.lab.result.SimulationResult.Cost;
import h2eal.lab.result.SimulationResult.Counts;
import h2eal.lab.result.SimulationResult.Energy;
import h2eal.lab.result.SimulationResult.PhaseCost;
import h2eal.lab.result.SimulationResult.Units;
import h2eal.lab.result.SimulationResult.Utilisation;
import h2eal.sim.report.BankTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/// The mean of several decode steps. A phase that only some steps have counts as zero in the others.
final class MeanStep {

    private MeanStep() {}

    static SimulationResult of(List<SimulationResult> steps) {
        SimulationResult first = steps.getFirst();
        if (steps.size() == 1) {
            return first;
        }
        return new SimulationResult(
                first.batch(),
                first.contextTokens(),
                cost(steps, SimulationResult::attention),
                cost(steps, SimulationResult::endToEnd),
                phases(steps),
                new Utilisation(
                        mean(steps, step -> step.utilisation().banks()),
                        mean(steps, step -> step.utilisation().tiles()),
                        mean(steps, step -> step.utilisation().links())),
                new Units(
                        each(steps, step -> step.units().banks()),
                        each(steps, step -> step.units().tiles()),
                        each(steps, step -> step.units().links())),
                counts(steps),
                first.fits(),
                first.capacity(),
                mean(steps, SimulationResult::powerWatts),
                first.schedule(),
                first.prefill());
    }

    private static Cost cost(List<SimulationResult> steps, Function<SimulationResult, Cost> scope) {
        List<Cost> costs = steps.stream().map(scope).toList();
        Map<String, Double> energy = new TreeMap<>();
        for (Cost cost : costs) {
            cost.energyPicojoules()
                    .byComponent()
                    .forEach((name, value) -> energy.merge(name, value / costs.size(), Double::sum));
        }
        return new Cost(
                whole(costs, Cost::cycles),
                mean(costs, Cost::nanoseconds),
                new Energy(mean(costs, cost -> cost.energyPicojoules().total()), energy),
                whole(costs, Cost::bytes),
                whole(costs, Cost::activations),
                whole(costs, Cost::rowHits),
                mean(costs, Cost::bandwidthShare),
                mean(costs, Cost::rooflineCycles),
                mean(costs, Cost::throttleFactor),
                bankTime(costs.stream().map(Cost::bankCycles).toList(), costs.size()));
    }

    private static List<PhaseCost> phases(List<SimulationResult> steps) {
        Map<String, List<PhaseCost>> byName = new LinkedHashMap<>();
        // The longest step has every phase in order, as it selects anew.
        steps.stream()
                .sorted((a, b) -> b.phases().size() - a.phases().size())
                .flatMap(step -> step.phases().stream())
                .forEach(phase -> byName.computeIfAbsent(phase.phase(), name -> new ArrayList<>())
                        .add(phase));
        return byName.values().stream().map(same -> phase(same, steps.size())).toList();
    }

    private static PhaseCost phase(List<PhaseCost> same, int steps) {
        PhaseCost first = same.getFirst();
        double share = (double) same.size() / steps;
        return new PhaseCost(
                first.phase(),
                first.attention(),
                share * mean(same, PhaseCost::cycles),
                Math.round(share * mean(same, PhaseCost::bytes)),
                Math.round(share * mean(same, PhaseCost::activations)),
                Math.round(share * mean(same, PhaseCost::rowHits)),
                share * mean(same, PhaseCost::energyPicojoules),
                mean(same, PhaseCost::bandwidthShare),
                bankTime(same.stream().map(PhaseCost::bankCycles).toList(), steps));
    }

    private static BankTime bankTime(Collection<BankTime> times, int steps) {
        BankTime sum = times.stream().reduce(BankTime.NONE, BankTime::plus);
        return new BankTime(
                sum.transfer() / steps,
                sum.rowTurnaround() / steps,
                sum.refresh() / steps,
                sum.compute() / steps,
                sum.network() / steps,
                sum.imbalance() / steps);
    }

    private static Counts counts(List<SimulationResult> steps) {
        List<Counts> counts = steps.stream().map(SimulationResult::counts).toList();
        return new Counts(
                whole(counts, Counts::pagesScored),
                whole(counts, Counts::pagesRead),
                whole(counts, Counts::pagesSkipped),
                whole(counts, Counts::cacheBytesRead),
                whole(counts, Counts::denseCacheBytes),
                whole(counts, Counts::activations),
                whole(counts, Counts::readBytes),
                whole(counts, Counts::writtenBytes),
                whole(counts, Counts::refreshedRows),
                whole(counts, Counts::sramBytes),
                whole(counts, Counts::macs),
                whole(counts, Counts::specials),
                whole(counts, Counts::scores),
                whole(counts, Counts::candidates),
                whole(counts, Counts::hopBytes));
    }

    private static List<Double> each(List<SimulationResult> steps, Function<SimulationResult, List<Double>> units) {
        List<Double> means = new ArrayList<>();
        for (int unit = 0; unit < units.apply(steps.getFirst()).size(); unit++) {
            int at = unit;
            means.add(mean(steps, step -> units.apply(step).get(at)));
        }
        return means;
    }

    private static <T> double mean(List<T> all, ToDoubleFunction<T> value) {
        return all.stream().mapToDouble(value).sum() / all.size();
    }

    private static <T> long whole(List<T> all, ToLongFunction<T> value) {
        return Math.round((double) all.stream().mapToLong(value).sum() / all.size());
    }
}
