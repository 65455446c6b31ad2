package h2eal.mapping.balance;

import h2eal.hardware.Accelerator;
import h2eal.mapping.Balancer;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadWork;
import h2eal.mapping.TileSchedule;
import h2eal.mapping.cost.LayerCost;
import java.util.List;

/// A balancer by a rule that gives a head the same tiles for its tokens and for its key summaries.
@FunctionalInterface
interface Rule extends Balancer {

    /// One group per head, in the order of the heads.
    List<HeadGroup> groups(LayerCost cost);

    @Override
    default TileSchedule assign(List<HeadWork> works, Accelerator accelerator) {
        LayerCost cost = LayerCost.of(works, accelerator);
        List<HeadGroup> groups = groups(cost);
        return cost.schedule(groups, groups);
    }
}
