package h2eal.mapping.balance;

import h2eal.hardware.Accelerator;
import h2eal.hardware.Mesh;
import h2eal.mapping.Balancer;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadWork;
import h2eal.mapping.TileSchedule;
import h2eal.mapping.cost.LayerCost;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// A balancer by a rule that gives a head the same tiles for its tokens and for its key summaries.
@FunctionalInterface
interface Rule extends Balancer {

    /// One group per head, in the order of the heads.
    List<HeadGroup> groups(LayerCost cost);

    /// The same groups with their tiles along the snake, as lists of candidates travel.
    static List<HeadGroup> scoring(List<HeadGroup> groups, Mesh mesh) {
        return groups.stream().map(group -> alongSnake(group, mesh)).toList();
    }

    private static HeadGroup alongSnake(HeadGroup group, Mesh mesh) {
        if (group.tiles().size() == 1) {
            return group;
        }
        List<Integer> order = IntStream.range(0, group.tiles().size())
                .boxed()
                .sorted(Comparator.comparingInt(
                        i -> mesh.snakePosition(group.tiles().get(i))))
                .toList();
        return new HeadGroup(
                group.head(),
                order.stream().map(group.tiles()::get).toList(),
                order.stream().map(group.shares()::get).toList());
    }

    @Override
    default TileSchedule assign(List<HeadWork> works, Accelerator accelerator) {
        return schedule(LayerCost.of(works, accelerator));
    }

    /// The schedule of a layer, with its certificate.
    default TileSchedule schedule(LayerCost cost) {
        List<HeadGroup> groups = groups(cost);
        return cost.schedule(
                groups, scoring(groups, cost.attention().accelerator().mesh()));
    }
}
