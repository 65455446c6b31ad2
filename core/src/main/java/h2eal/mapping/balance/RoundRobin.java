package h2eal.mapping.balance;

import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.cost.LayerCost;
import java.util.List;
import java.util.stream.IntStream;

/// Whole heads dealt to the tiles in turn.
record RoundRobin() implements Rule {

    @Override
    public List<HeadGroup> groups(LayerCost cost) {
        List<HeadId> heads = cost.attention().heads();
        return IntStream.range(0, heads.size())
                .mapToObj(
                        i -> HeadGroup.single(heads.get(i), i % cost.attention().tiles()))
                .toList();
    }
}
