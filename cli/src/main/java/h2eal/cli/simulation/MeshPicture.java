package h2eal.cli.simulation;

import h2eal.attention.HeadPattern;
import h2eal.hardware.Mesh;
import h2eal.lab.design.DesignPoint;
import h2eal.lab.result.ScheduleResult.Group;
import h2eal.lab.result.ScheduleResult.Layer;
import java.util.ArrayList;
import java.util.List;

/// The mesh as text: one cell per tile, with the heads it works for and its load against the fullest tile.
final class MeshPicture {

    private static final int CELL_COLUMNS = 12;
    private static final int BAR_COLUMNS = 8;

    private MeshPicture() {}

    static String of(Layer layer, DesignPoint point, int layerIndex) {
        Mesh mesh = point.hardware().mesh();
        List<List<String>> heads = new ArrayList<>();
        double[] load = new double[mesh.tiles()];
        for (int tile = 0; tile < mesh.tiles(); tile++) {
            heads.add(new ArrayList<>());
        }
        for (Group group : layer.groups()) {
            boolean retrieval = point.heads().isRetrieval(layerIndex, group.kvHead());
            double tokens = tokens(point, layerIndex, group.kvHead());
            for (int i = 0; i < group.tiles().size(); i++) {
                heads.get(group.tiles().get(i)).add((retrieval ? "r" : "s") + group.kvHead());
                load[group.tiles().get(i)] += tokens * group.shares().get(i);
            }
        }
        return draw(mesh, heads, load);
    }

    /// Tokens a head is expected to attend.
    private static double tokens(DesignPoint point, int layer, int head) {
        int context = point.workload().contextTokens();
        return switch (point.attention().hybrid().pattern(point.heads(), layer, head)) {
            case HeadPattern.Dense dense -> context;
            case HeadPattern.Streaming streaming ->
                Math.min(context, streaming.sinkTokens() + streaming.windowTokens());
            case HeadPattern.Retrieval retrieval ->
                Math.min(context, retrieval.budget().mostTokens(context));
        };
    }

    private static String draw(Mesh mesh, List<List<String>> heads, double[] load) {
        double most = 0;
        for (double each : load) {
            most = Math.max(most, each);
        }
        StringBuilder picture = new StringBuilder();
        for (int row = 0; row < mesh.rows(); row++) {
            StringBuilder bars = new StringBuilder();
            for (int column = 0; column < mesh.columns(); column++) {
                int tile = row * mesh.columns() + column;
                picture.append(cell(String.join(",", heads.get(tile))));
                int filled = most == 0 ? 0 : (int) Math.round(BAR_COLUMNS * load[tile] / most);
                bars.append(cell("#".repeat(filled) + ".".repeat(BAR_COLUMNS - filled)));
            }
            picture.append('\n').append(bars).append('\n');
        }
        return picture.toString();
    }

    private static String cell(String text) {
        String cut = text.length() < CELL_COLUMNS ? text : text.substring(0, CELL_COLUMNS - 3) + "..";
        return cut + " ".repeat(CELL_COLUMNS - cut.length());
    }
}
