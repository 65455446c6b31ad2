package h2eal.mapping.balance;

import h2eal.hardware.Mesh;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.TileSchedule;
import java.util.List;
import java.util.function.IntUnaryOperator;

/// Turns the schedule of each layer differently over the mesh, so that the caches of all layers together fill all banks
/// alike: every balancer starts at the same tile, and retrieval heads hold far more than streaming heads.
///
/// Whole heads move on by one tile per layer. Groups of tiles are mirrored along rows, along columns, and, on a square
/// mesh, along the diagonal: distances stay what they are, so makespan and certificate do.
public final class LayerTurn {

    private LayerTurn() {}

    /// The schedule as layer `layer` runs it.
    public static TileSchedule turned(TileSchedule schedule, Mesh mesh, int layer) {
        boolean whole =
                schedule.groups().stream().allMatch(group -> group.tiles().size() == 1);
        IntUnaryOperator turn = whole ? tile -> (tile + layer) % mesh.tiles() : mirror(mesh, layer);
        return new TileSchedule(
                moved(schedule.groups(), turn),
                moved(schedule.scoring(), turn),
                schedule.makespanCycles(),
                schedule.lowerBoundCycles(),
                schedule.utilisation(),
                schedule.mergeShare());
    }

    /// One of the symmetries of the mesh; consecutive layers get opposite corners.
    private static IntUnaryOperator mirror(Mesh mesh, int layer) {
        boolean rows = layer % 2 == 1;
        boolean columns = (layer + layer / 2) % 2 == 1;
        boolean diagonal = mesh.rows() == mesh.columns() && layer / 4 % 2 == 1;
        return tile -> {
            int row = rows ? mesh.rows() - 1 - mesh.row(tile) : mesh.row(tile);
            int column = columns ? mesh.columns() - 1 - mesh.column(tile) : mesh.column(tile);
            return diagonal ? column * mesh.columns() + row : row * mesh.columns() + column;
        };
    }

    private static List<HeadGroup> moved(List<HeadGroup> groups, IntUnaryOperator turn) {
        return groups.stream()
                .map(group -> new HeadGroup(
                        group.head(),
                        group.tiles().stream().map(turn::applyAsInt).toList(),
                        group.shares()))
                .toList();
    }
}
