package h2eal.mapping.balance;

import h2eal.hardware.Accelerator;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.cost.GroupTree;
import h2eal.mapping.cost.LayerCost;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Every head over all tiles, evenly; roots are spread over the mesh, so that merges of different heads do not meet.
record SplitAll() implements Rule {

    @Override
    public List<HeadGroup> groups(LayerCost cost) {
        Accelerator accelerator = cost.attention().accelerator();
        List<HeadId> heads = cost.attention().heads();
        List<Integer> snake = GroupTree.snake(accelerator.mesh());
        GroupTree tree = new GroupTree(accelerator);
        List<Double> shares = Collections.nCopies(snake.size(), 1.0 / snake.size());
        return IntStream.range(0, heads.size())
                .mapToObj(i -> {
                    int root = snake.get((int) ((long) i * snake.size() / heads.size()));
                    return new HeadGroup(heads.get(i), tree.order(snake, root), shares);
                })
                .toList();
    }
}
