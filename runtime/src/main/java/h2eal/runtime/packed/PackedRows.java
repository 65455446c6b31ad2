package h2eal.runtime.packed;

import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.LANES;

import h2eal.runtime.vector.LaneSum;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// The rows that are multiplied together, and what their sums need: scratch of one thread. The work goes block by block
/// over all rows, so that the inputs of a block stay in registers, and rows far apart are streams of their own for the
/// prefetcher.
final class PackedRows {

    /// Rows multiplied together at most.
    static final int MOST = 16;
    /// Numbers per row of the sums and scales: a vector may be read behind the last row.
    static final int STRIDE = 16;

    /// Inputs of all blocks, as the format lays them out.
    float[] inputs = {};
    /// Per row [#STRIDE] sums, which add up to the product.
    final float[] sums = new float[MOST * STRIDE];
    /// Per row the scales of the block at hand.
    final float[] scales = new float[(MOST + 1) * STRIDE];
    MemorySegment data = MemorySegment.NULL;
    /// Bytes between the beginnings of two rows.
    long distance;
    /// Rows at hand.
    int count;

    void arrange(PackedFormat format, float[] x, int columns) {
        int blocks = columns / format.blockWeights();
        int numbers = format.inputNumbers();
        if (inputs.length < blocks * numbers) {
            inputs = new float[blocks * numbers];
        }
        for (int block = 0; block < blocks; block++) {
            format.arrange(x, block * format.blockWeights(), inputs, block * numbers);
        }
    }

    /// Multiplies `count` rows, the first at byte `at` of the data.
    void multiply(PackedFormat format, long at, int blocks) {
        Arrays.fill(sums, 0);
        for (int block = 0; block < blocks; block++) {
            format.add(this, at + (long) block * format.blockBytes(), block * format.inputNumbers());
        }
    }

    /// The product of row `row`.
    float product(int row) {
        FloatVector sum = FloatVector.fromArray(F, sums, row * STRIDE);
        for (int i = LANES; i < STRIDE; i += LANES) {
            sum = sum.add(FloatVector.fromArray(F, sums, row * STRIDE + i));
        }
        return LaneSum.of(sum);
    }
}
