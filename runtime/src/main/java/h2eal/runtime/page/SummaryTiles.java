package h2eal.runtime.page;

import static h2eal.runtime.vector.VectorShapes.B;
import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2F;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;

/// Register tiles over a block of key summaries: each number read serves all rows of the tile. The sums over the first
/// and over the second numbers of the dimensions are kept apart, `[row][2][LANES]`: two short chains, and a spread
/// needs the root of one of them.
///
/// Scales of int8 are per summary, so they multiply the sums. Where floats are narrower than the least byte vector, a
/// load of bytes reads into what follows and leaves it unused.
final class SummaryTiles {

    /// Bytes from the first numbers of a dimension to the second.
    private static final long STEP = (long) SummaryLayout.BLOCK * Float.BYTES;

    private static final long INT8_STEP = SummaryLayout.BLOCK;

    private SummaryTiles() {}

    /// Four rows.
    static void four(MemorySegment memory, long at, QueryRows rows, int row) {
        float[] halves = rows.halves;
        int headSize = rows.layout.headSize();
        int query = row * headSize;
        FloatVector first0 = FloatVector.zero(F);
        FloatVector second0 = FloatVector.zero(F);
        FloatVector first1 = FloatVector.zero(F);
        FloatVector second1 = FloatVector.zero(F);
        FloatVector first2 = FloatVector.zero(F);
        FloatVector second2 = FloatVector.zero(F);
        FloatVector first3 = FloatVector.zero(F);
        FloatVector second3 = FloatVector.zero(F);
        for (int i = 0; i < headSize; i++, at += 2 * STEP) {
            FloatVector first = FloatVector.fromMemorySegment(F, memory, at, LITTLE_ENDIAN);
            FloatVector second = FloatVector.fromMemorySegment(F, memory, at + STEP, LITTLE_ENDIAN);
            first0 = FloatVector.broadcast(F, rows.firstFactors[query + i]).fma(first, first0);
            second0 = FloatVector.broadcast(F, rows.secondFactors[query + i]).fma(second, second0);
            first1 = FloatVector.broadcast(F, rows.firstFactors[query + headSize + i])
                    .fma(first, first1);
            second1 = FloatVector.broadcast(F, rows.secondFactors[query + headSize + i])
                    .fma(second, second1);
            first2 = FloatVector.broadcast(F, rows.firstFactors[query + 2 * headSize + i])
                    .fma(first, first2);
            second2 = FloatVector.broadcast(F, rows.secondFactors[query + 2 * headSize + i])
                    .fma(second, second2);
            first3 = FloatVector.broadcast(F, rows.firstFactors[query + 3 * headSize + i])
                    .fma(first, first3);
            second3 = FloatVector.broadcast(F, rows.secondFactors[query + 3 * headSize + i])
                    .fma(second, second3);
        }
        first0.intoArray(halves, 0);
        second0.intoArray(halves, LANES);
        first1.intoArray(halves, 2 * LANES);
        second1.intoArray(halves, 3 * LANES);
        first2.intoArray(halves, 4 * LANES);
        second2.intoArray(halves, 5 * LANES);
        first3.intoArray(halves, 6 * LANES);
        second3.intoArray(halves, 7 * LANES);
    }

    /// One row.
    static void one(MemorySegment memory, long at, QueryRows rows, int row) {
        float[] halves = rows.halves;
        int headSize = rows.layout.headSize();
        int query = row * headSize;
        FloatVector first0 = FloatVector.zero(F);
        FloatVector second0 = FloatVector.zero(F);
        for (int i = 0; i < headSize; i++, at += 2 * STEP) {
            FloatVector first = FloatVector.fromMemorySegment(F, memory, at, LITTLE_ENDIAN);
            FloatVector second = FloatVector.fromMemorySegment(F, memory, at + STEP, LITTLE_ENDIAN);
            first0 = FloatVector.broadcast(F, rows.firstFactors[query + i]).fma(first, first0);
            second0 = FloatVector.broadcast(F, rows.secondFactors[query + i]).fma(second, second0);
        }
        first0.intoArray(halves, 0);
        second0.intoArray(halves, LANES);
    }

    /// Four rows over a block of int8.
    static void int8Four(SummaryLayout layout, MemorySegment memory, long blockAt, int lane, QueryRows rows, int row) {
        int headSize = layout.headSize();
        int query = row * headSize;
        long at = blockAt + lane;
        FloatVector first0 = FloatVector.zero(F);
        FloatVector second0 = FloatVector.zero(F);
        FloatVector first1 = FloatVector.zero(F);
        FloatVector second1 = FloatVector.zero(F);
        FloatVector first2 = FloatVector.zero(F);
        FloatVector second2 = FloatVector.zero(F);
        FloatVector first3 = FloatVector.zero(F);
        FloatVector second3 = FloatVector.zero(F);
        for (int i = 0; i < headSize; i++, at += 2 * INT8_STEP) {
            FloatVector first = (FloatVector) ByteVector.fromMemorySegment(B, memory, at, LITTLE_ENDIAN)
                    .convertShape(B2I, I, 0)
                    .convert(I2F, 0);
            FloatVector second = (FloatVector) ByteVector.fromMemorySegment(B, memory, at + INT8_STEP, LITTLE_ENDIAN)
                    .convertShape(B2I, I, 0)
                    .convert(I2F, 0);
            first0 = FloatVector.broadcast(F, rows.firstFactors[query + i]).fma(first, first0);
            second0 = FloatVector.broadcast(F, rows.secondFactors[query + i]).fma(second, second0);
            first1 = FloatVector.broadcast(F, rows.firstFactors[query + headSize + i])
                    .fma(first, first1);
            second1 = FloatVector.broadcast(F, rows.secondFactors[query + headSize + i])
                    .fma(second, second1);
            first2 = FloatVector.broadcast(F, rows.firstFactors[query + 2 * headSize + i])
                    .fma(first, first2);
            second2 = FloatVector.broadcast(F, rows.secondFactors[query + 2 * headSize + i])
                    .fma(second, second2);
            first3 = FloatVector.broadcast(F, rows.firstFactors[query + 3 * headSize + i])
                    .fma(first, first3);
            second3 = FloatVector.broadcast(F, rows.secondFactors[query + 3 * headSize + i])
                    .fma(second, second3);
        }
        long scalesAt = blockAt + layout.scalesAt() + (long) lane * Float.BYTES;
        FloatVector scale = FloatVector.fromMemorySegment(F, memory, scalesAt, LITTLE_ENDIAN);
        FloatVector secondScale =
                FloatVector.fromMemorySegment(F, memory, scalesAt + INT8_STEP * Float.BYTES, LITTLE_ENDIAN);
        float[] halves = rows.halves;
        first0.mul(scale).intoArray(halves, 0);
        second0.mul(secondScale).intoArray(halves, LANES);
        first1.mul(scale).intoArray(halves, 2 * LANES);
        second1.mul(secondScale).intoArray(halves, 3 * LANES);
        first2.mul(scale).intoArray(halves, 4 * LANES);
        second2.mul(secondScale).intoArray(halves, 5 * LANES);
        first3.mul(scale).intoArray(halves, 6 * LANES);
        second3.mul(secondScale).intoArray(halves, 7 * LANES);
    }

    /// One row over a block of int8.
    static void int8One(SummaryLayout layout, MemorySegment memory, long blockAt, int lane, QueryRows rows, int row) {
        int headSize = layout.headSize();
        int query = row * headSize;
        long at = blockAt + lane;
        FloatVector first0 = FloatVector.zero(F);
        FloatVector second0 = FloatVector.zero(F);
        for (int i = 0; i < headSize; i++, at += 2 * INT8_STEP) {
            FloatVector first = (FloatVector) ByteVector.fromMemorySegment(B, memory, at, LITTLE_ENDIAN)
                    .convertShape(B2I, I, 0)
                    .convert(I2F, 0);
            FloatVector second = (FloatVector) ByteVector.fromMemorySegment(B, memory, at + INT8_STEP, LITTLE_ENDIAN)
                    .convertShape(B2I, I, 0)
                    .convert(I2F, 0);
            first0 = FloatVector.broadcast(F, rows.firstFactors[query + i]).fma(first, first0);
            second0 = FloatVector.broadcast(F, rows.secondFactors[query + i]).fma(second, second0);
        }
        long scalesAt = blockAt + layout.scalesAt() + (long) lane * Float.BYTES;
        first0.mul(FloatVector.fromMemorySegment(F, memory, scalesAt, LITTLE_ENDIAN))
                .intoArray(rows.halves, 0);
        second0.mul(FloatVector.fromMemorySegment(F, memory, scalesAt + INT8_STEP * Float.BYTES, LITTLE_ENDIAN))
                .intoArray(rows.halves, LANES);
    }
}
