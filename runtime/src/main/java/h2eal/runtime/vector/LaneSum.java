package h2eal.runtime.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/// The sum of a vector's lanes in one written order: halves are added until one lane is left.
///
/// `reduceLanes` leaves the order open, and interpreted code takes another than compiled code. The last bits of a run
/// would then depend on when the compiler got to it.
public final class LaneSum {

    // Single constants: the compiler does not look into an array.
    private static final VectorShuffle<Float> BY_EIGHT = VectorShuffle.iota(VectorShapes.F, 8, 1, true);
    private static final VectorShuffle<Float> BY_FOUR = VectorShuffle.iota(VectorShapes.F, 4, 1, true);
    private static final VectorShuffle<Float> BY_TWO = VectorShuffle.iota(VectorShapes.F, 2, 1, true);
    private static final VectorShuffle<Float> BY_ONE = VectorShuffle.iota(VectorShapes.F, 1, 1, true);

    private LaneSum() {}

    /// The sum of the lanes of the vector at `lanes[at]`: for callers too large to have this inlined, which would box
    /// the vector.
    public static float of(float[] lanes, int at) {
        return of(FloatVector.fromArray(VectorShapes.F, lanes, at));
    }

    /// The sum of all lanes of a vector of the preferred width.
    public static float of(FloatVector vector) {
        FloatVector sum = vector;
        if (VectorShapes.LANES > 8) {
            sum = sum.add(sum.rearrange(BY_EIGHT));
        }
        if (VectorShapes.LANES > 4) {
            sum = sum.add(sum.rearrange(BY_FOUR));
        }
        if (VectorShapes.LANES > 2) {
            sum = sum.add(sum.rearrange(BY_TWO));
        }
        return sum.add(sum.rearrange(BY_ONE)).lane(0);
    }
}
