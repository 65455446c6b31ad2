package h2eal.mapping.balance;

import h2eal.hardware.Mesh;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.cost.LayerCost;
import java.util.List;
import java.util.stream.IntStream;

/// Whole heads pinned to tiles, evenly over the mesh: the baseline. Every row of the mesh starts one column further
/// than the one before, so that few heads share neither rows nor columns: a column of them would be the worst case of
/// XY routing where they read from other tiles.
record HeadPerTile() implements Rule {

    @Override
    public List<HeadGroup> groups(LayerCost cost) {
        List<HeadId> heads = cost.attention().heads();
        Mesh mesh = cost.attention().accelerator().mesh();
        return IntStream.range(0, heads.size())
                .mapToObj(i ->
                        HeadGroup.single(heads.get(i), skewed((int) ((long) i * mesh.tiles() / heads.size()), mesh)))
                .toList();
    }

    private static int skewed(int tile, Mesh mesh) {
        return mesh.row(tile) * mesh.columns() + (mesh.column(tile) + mesh.row(tile)) % mesh.columns();
    }
}
