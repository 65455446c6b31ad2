package h2eal.lab.result;

import h2eal.mapping.HeadGroup;
import h2eal.mapping.TileSchedule;
import java.util.List;

/// The schedules of all layers, as `h2eal schedule --json` writes them.
///
/// @param total all layers in sum
public record ScheduleResult(List<Layer> layers, ScheduleSummary total) {

    /// The schedule of one layer.
    ///
    /// @param groups who attends the tokens of each head
    /// @param scoring who scores its key summaries
    public record Layer(
            double makespanCycles,
            double lowerBoundCycles,
            double gap,
            double utilisation,
            double mergeShare,
            List<Group> groups,
            List<Group> scoring) {

        static Layer of(TileSchedule schedule) {
            return new Layer(
                    schedule.makespanCycles(),
                    schedule.lowerBoundCycles(),
                    schedule.gap(),
                    schedule.utilisation(),
                    schedule.mergeShare(),
                    schedule.groups().stream().map(Group::of).toList(),
                    schedule.scoring().stream().map(Group::of).toList());
        }
    }

    /// One head's tiles, root first, and the share of its tokens that each serves.
    public record Group(int sequence, int kvHead, List<Integer> tiles, List<Double> shares) {

        static Group of(HeadGroup group) {
            return new Group(group.head().sequence(), group.head().kvHead(), group.tiles(), group.shares());
        }
    }

    /// The result of schedules.
    public static ScheduleResult of(List<TileSchedule> layers) {
        return new ScheduleResult(layers.stream().map(Layer::of).toList(), ScheduleSummary.of(layers));
    }
}
