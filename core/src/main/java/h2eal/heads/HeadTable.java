package h2eal.heads;

import h2eal.attention.HeadMap;
import java.util.Arrays;

/// One number per attention head of a model - a trained gate, a copy score - as an immutable table of layers by heads.
public final class HeadTable {

    private final double[][] rows;

    private HeadTable(double[][] rows) {
        this.rows = rows;
    }

    /// A table from one row per layer.
    ///
    /// @throws IllegalArgumentException if the rows are of different lengths, or a value is not finite
    public static HeadTable of(double[][] rows) {
        double[][] copy = new double[rows.length][];
        for (int layer = 0; layer < rows.length; layer++) {
            copy[layer] = rows[layer].clone();
            if (copy[layer].length != copy[0].length) {
                throw new IllegalArgumentException(
                        "layer %d has %d heads, layer 0 has %d".formatted(layer, copy[layer].length, copy[0].length));
            }
            for (double value : copy[layer]) {
                if (!Double.isFinite(value)) {
                    throw new IllegalArgumentException("layer %d holds %s".formatted(layer, value));
                }
            }
        }
        return new HeadTable(copy);
    }

    /// A head map as gates: 1 for retrieval heads, 0 for streaming heads.
    public static HeadTable of(HeadMap map) {
        double[][] rows = new double[map.layers()][map.kvHeads()];
        for (int layer = 0; layer < rows.length; layer++) {
            for (int head = 0; head < rows[layer].length; head++) {
                rows[layer][head] = map.isRetrieval(layer, head) ? 1 : 0;
            }
        }
        return new HeadTable(rows);
    }

    public int layers() {
        return rows.length;
    }

    /// Heads per layer.
    public int heads() {
        return rows.length == 0 ? 0 : rows[0].length;
    }

    /// Heads of the whole model.
    public int size() {
        return layers() * heads();
    }

    /// The number of one head.
    public double value(int layer, int head) {
        return rows[layer][head];
    }

    /// All numbers, layer by layer.
    public double[] values() {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    /// The table with every number moved into 0..1. Trained gates lie slightly outside.
    public HeadTable clipped() {
        double[][] clipped = new double[layers()][];
        for (int layer = 0; layer < clipped.length; layer++) {
            clipped[layer] = Arrays.stream(rows[layer])
                    .map(value -> Math.clamp(value, 0.0, 1.0))
                    .toArray();
        }
        return new HeadTable(clipped);
    }

    /// From numbers of query heads to numbers of KV heads: the largest of each group. A KV head must serve the neediest
    /// of its query heads.
    ///
    /// @param groupSize query heads per KV head; divides the heads of a layer
    public HeadTable groupMax(int groupSize) {
        if (groupSize < 1 || heads() % groupSize != 0) {
            throw new IllegalArgumentException(
                    "groupSize must divide the %d heads of a layer: %d".formatted(heads(), groupSize));
        }
        double[][] groups = new double[layers()][heads() / groupSize];
        for (int layer = 0; layer < layers(); layer++) {
            Arrays.fill(groups[layer], Double.NEGATIVE_INFINITY);
            for (int head = 0; head < heads(); head++) {
                groups[layer][head / groupSize] = Math.max(groups[layer][head / groupSize], rows[layer][head]);
            }
        }
        return new HeadTable(groups);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeadTable that && Arrays.deepEquals(rows, that.rows);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(rows);
    }
}
