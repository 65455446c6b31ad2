package h2eal.lab.profile;

import h2eal.heads.HeadTable;
import h2eal.model.ModelShape;

/// A mean per query head in the making. Mutable, one thread.
final class HeadSums {

    private final double[][] sums;
    private int count;

    HeadSums(ModelShape shape) {
        sums = new double[shape.layers()][shape.queryHeads()];
    }

    void add(int layer, int queryHead, double value) {
        sums[layer][queryHead] += value;
    }

    /// Ends one observation of all heads.
    void next() {
        count++;
    }

    /// The means; zeros before the first observation.
    HeadTable mean() {
        double[][] means = new double[sums.length][];
        for (int layer = 0; layer < sums.length; layer++) {
            means[layer] = new double[sums[layer].length];
            for (int head = 0; head < sums[layer].length; head++) {
                means[layer][head] = count == 0 ? 0 : sums[layer][head] / count;
            }
        }
        return HeadTable.of(means);
    }
}
