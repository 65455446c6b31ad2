package h2eal.mapping.balance;

import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.cost.LayerCost;
import java.util.List;
import java.util.stream.IntStream;

/// Whole heads pinned to tiles, consecutive heads together: the baseline.
record HeadPerTile() implements Rule {

    @Override
    public List<HeadGroup> groups(LayerCost cost) {
        List<HeadId> heads = cost.attention().heads();
        long tiles = cost.attention().tiles();
        return IntStream.range(0, heads.size())
                .mapToObj(i -> HeadGroup.single(heads.get(i), (int) (i * tiles / heads.size())))
                .toList();
    }
}
