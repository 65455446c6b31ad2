package h2eal.lab.result;

import h2eal.mapping.TileSchedule;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// The schedules of all layers, in sum.
///
/// @param makespanCycles estimated cycles of the attention of all layers
/// @param lowerBoundCycles no schedules of the same work can be faster
/// @param gap relative distance between both
/// @param utilisation total work / (tiles x makespan)
/// @param mergeShare share of the makespan spent merging partials
public record ScheduleSummary(
        double makespanCycles, double lowerBoundCycles, double gap, double utilisation, double mergeShare) {

    /// The sum over layers.
    public static ScheduleSummary of(List<TileSchedule> layers) {
        double makespan =
                layers.stream().mapToDouble(TileSchedule::makespanCycles).sum();
        double bound =
                layers.stream().mapToDouble(TileSchedule::lowerBoundCycles).sum();
        return new ScheduleSummary(
                makespan,
                bound,
                bound == 0 ? 0 : makespan / bound - 1,
                weighted(layers, layer -> layer.utilisation() * layer.makespanCycles(), makespan),
                weighted(layers, layer -> layer.mergeShare() * layer.makespanCycles(), makespan));
    }

    private static double weighted(List<TileSchedule> layers, ToDoubleFunction<TileSchedule> part, double makespan) {
        return makespan == 0 ? 0 : layers.stream().mapToDouble(part).sum() / makespan;
    }
}
