package h2eal.mapping.balance;

import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.cost.LayerCost;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Whole heads, the longest first, each to the tile with the least work so far (LPT; Graham 1969).
record LongestFirst() implements Rule {

    @Override
    public List<HeadGroup> groups(LayerCost cost) {
        List<HeadId> heads = cost.attention().heads();
        double[] loads = new double[cost.attention().tiles()];
        HeadGroup[] groups = new HeadGroup[heads.size()];
        IntStream.range(0, groups.length)
                .boxed()
                .sorted(Comparator.comparingDouble(cost::headCycles).reversed())
                .forEach(head -> {
                    int tile = leastLoaded(loads);
                    loads[tile] += cost.headCycles(head);
                    groups[head] = HeadGroup.single(heads.get(head), tile);
                });
        return Arrays.asList(groups);
    }

    private static int leastLoaded(double[] loads) {
        int best = 0;
        for (int tile = 1; tile < loads.length; tile++) {
            best = loads[tile] < loads[best] ? tile : best;
        }
        return best;
    }
}
