package h2eal.mapping.cost;

import h2eal.hardware.Accelerator;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.HeadWork;
import h2eal.mapping.TileSchedule;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/// The attention of one layer as two scheduling problems that meet at a barrier: in a refresh step the key summaries
/// are scored, in every step tokens are attended. All balancers are judged by it.
///
/// @param attention attending tokens
/// @param scoring scoring key summaries; no units when no head selects
/// @param refreshInterval steps between two refreshes
public record LayerCost(LayerPhase attention, LayerPhase scoring, int refreshInterval) {

    /// The problems of `works`.
    ///
    /// @throws IllegalArgumentException if a head is listed twice, or heads differ in format or refresh interval
    public static LayerCost of(List<HeadWork> works, Accelerator accelerator) {
        if (works.isEmpty()) {
            throw new IllegalArgumentException("a layer has at least one head");
        }
        HeadWork first = works.getFirst();
        Set<HeadId> seen = new HashSet<>();
        int interval = 1;
        int pages = 0;
        for (HeadWork work : works) {
            if (!seen.add(work.head())) {
                throw new IllegalArgumentException("head %d of sequence %d is listed twice"
                        .formatted(work.head().kvHead(), work.head().sequence()));
            }
            if (!work.format().equals(first.format())) {
                throw new IllegalArgumentException(
                        "all heads of a layer have one format: %s, %s".formatted(first.format(), work.format()));
            }
            if (work.summaries() > 0) {
                interval = Math.max(interval, work.refreshInterval());
                pages = Math.max(pages, work.format().geometry().pages(work.tokens()));
            }
        }
        PhaseCost attention = PhaseCost.attention(first.format(), accelerator);
        PhaseCost scoring = PhaseCost.scoring(first.format(), pages, accelerator);
        return new LayerCost(
                phase(works, attention, HeadWork::tokens, accelerator),
                phase(works, scoring, HeadWork::summaries, accelerator),
                interval);
    }

    private static LayerPhase phase(
            List<HeadWork> works, PhaseCost cost, ToLongFunction<HeadWork> cells, Accelerator accelerator) {
        return new LayerPhase(
                works.stream().map(HeadWork::head).toList(),
                works.stream().map(work -> cost.units(cells.applyAsLong(work))).toList(),
                cost,
                accelerator);
    }

    /// Work of one head, both phases, averaged over steps, in cycles of one tile.
    public double headCycles(int head) {
        return attention.units().get(head) * attention.cost().unitCycles()
                + scoring.units().get(head) * scoring.cost().unitCycles() / refreshInterval;
    }

    /// The schedule with its certificate.
    public TileSchedule schedule(List<HeadGroup> groups, List<HeadGroup> scorers) {
        double makespan = average(attention.makespanCycles(groups), scoring.makespanCycles(scorers));
        double merge = average(attention.mergeCycles(groups), scoring.mergeCycles(scorers));
        double work = average(attention.workCycles(), scoring.workCycles());
        return new TileSchedule(
                groups,
                scorers,
                makespan,
                average(attention.lowerBoundCycles(), scoring.lowerBoundCycles()),
                makespan == 0 ? 1 : work / (attention.tiles() * makespan),
                makespan == 0 ? 0 : merge / makespan);
    }

    /// A bound on the makespan of a schedule with these groups, in both phases: what [#schedule] would say at least.
    public double leastMakespanCycles(List<HeadGroup> groups) {
        return average(attention.leastMakespanCycles(groups), scoring.leastMakespanCycles(groups));
    }

    private double average(double everyStep, double refreshStep) {
        return everyStep + refreshStep / refreshInterval;
    }
}
