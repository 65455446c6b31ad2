package h2eal.runtime.kernel;

import static h2eal.runtime.vector.VectorShapes.B;
import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import h2eal.runtime.vector.LaneSum;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Dot products of one input vector with rows of blocks whose numbers become floats by one conversion; see
/// [VectorDots].
final class VectorBlockDots {

    /// Float vectors that one byte vector is widened to: 1, or 2 where floats are narrower than the least byte vector.
    private static final int SHARING = B.length() / LANES;

    /// Steps of two vectors that a block takes; 1 with the widest vectors, which leaves the loop without branches.
    private static final int PARTS = 16 / LANES;

    /// All halves: a load is cheaper than a conversion, and scales of a matrix are alike, so few lines are in use.
    private static final float[] HALVES = new float[1 << 16];

    static {
        for (int bits = 0; bits < HALVES.length; bits++) {
            HALVES[bits] = Float.float16ToFloat((short) bits);
        }
    }

    private VectorBlockDots() {}

    /// Eight rows of Q8_0. From the second-level cache this takes in 20 GB/s, so memory decides.
    static void q8(Weights weights, int row, int stride, float[] x, float[] y) {
        MemorySegment data = weights.data();
        int columns = weights.columns();
        long rowBytes = weights.rowBytes();
        long at0 = row * rowBytes;
        long at1 = (row + stride) * rowBytes;
        long at2 = (row + 2 * stride) * rowBytes;
        long at3 = (row + 3 * stride) * rowBytes;
        long at4 = (row + 4 * stride) * rowBytes;
        long at5 = (row + 5 * stride) * rowBytes;
        long at6 = (row + 6 * stride) * rowBytes;
        long at7 = (row + 7 * stride) * rowBytes;
        FloatVector sum0 = FloatVector.zero(F);
        FloatVector sum1 = FloatVector.zero(F);
        FloatVector sum2 = FloatVector.zero(F);
        FloatVector sum3 = FloatVector.zero(F);
        FloatVector sum4 = FloatVector.zero(F);
        FloatVector sum5 = FloatVector.zero(F);
        FloatVector sum6 = FloatVector.zero(F);
        FloatVector sum7 = FloatVector.zero(F);
        for (int step = 0; step < columns / 32 * PARTS; step++) {
            int part = PARTS == 1 ? 0 : step % PARTS;
            FloatVector first = FloatVector.fromArray(F, x, step * 2 * LANES);
            FloatVector second = FloatVector.fromArray(F, x, step * 2 * LANES + LANES);
            int firstAt = 2 + 2 * part / SHARING * B.length();
            int secondAt = 2 + (2 * part + 1) / SHARING * B.length();
            FloatVector low0 = (FloatVector) ByteVector.fromMemorySegment(B, data, at0 + firstAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 0);
            FloatVector high0 = (FloatVector) ByteVector.fromMemorySegment(B, data, at0 + secondAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 1 % SHARING);
            sum0 = second.fma(high0, first.mul(low0))
                    .fma(FloatVector.broadcast(F, HALVES[data.get(Weights.SHORT, at0) & 0xFFFF]), sum0);
            FloatVector low1 = (FloatVector) ByteVector.fromMemorySegment(B, data, at1 + firstAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 0);
            FloatVector high1 = (FloatVector) ByteVector.fromMemorySegment(B, data, at1 + secondAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 1 % SHARING);
            sum1 = second.fma(high1, first.mul(low1))
                    .fma(FloatVector.broadcast(F, HALVES[data.get(Weights.SHORT, at1) & 0xFFFF]), sum1);
            FloatVector low2 = (FloatVector) ByteVector.fromMemorySegment(B, data, at2 + firstAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 0);
            FloatVector high2 = (FloatVector) ByteVector.fromMemorySegment(B, data, at2 + secondAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 1 % SHARING);
            sum2 = second.fma(high2, first.mul(low2))
                    .fma(FloatVector.broadcast(F, HALVES[data.get(Weights.SHORT, at2) & 0xFFFF]), sum2);
            FloatVector low3 = (FloatVector) ByteVector.fromMemorySegment(B, data, at3 + firstAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 0);
            FloatVector high3 = (FloatVector) ByteVector.fromMemorySegment(B, data, at3 + secondAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 1 % SHARING);
            sum3 = second.fma(high3, first.mul(low3))
                    .fma(FloatVector.broadcast(F, HALVES[data.get(Weights.SHORT, at3) & 0xFFFF]), sum3);
            FloatVector low4 = (FloatVector) ByteVector.fromMemorySegment(B, data, at4 + firstAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 0);
            FloatVector high4 = (FloatVector) ByteVector.fromMemorySegment(B, data, at4 + secondAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 1 % SHARING);
            sum4 = second.fma(high4, first.mul(low4))
                    .fma(FloatVector.broadcast(F, HALVES[data.get(Weights.SHORT, at4) & 0xFFFF]), sum4);
            FloatVector low5 = (FloatVector) ByteVector.fromMemorySegment(B, data, at5 + firstAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 0);
            FloatVector high5 = (FloatVector) ByteVector.fromMemorySegment(B, data, at5 + secondAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 1 % SHARING);
            sum5 = second.fma(high5, first.mul(low5))
                    .fma(FloatVector.broadcast(F, HALVES[data.get(Weights.SHORT, at5) & 0xFFFF]), sum5);
            FloatVector low6 = (FloatVector) ByteVector.fromMemorySegment(B, data, at6 + firstAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 0);
            FloatVector high6 = (FloatVector) ByteVector.fromMemorySegment(B, data, at6 + secondAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 1 % SHARING);
            sum6 = second.fma(high6, first.mul(low6))
                    .fma(FloatVector.broadcast(F, HALVES[data.get(Weights.SHORT, at6) & 0xFFFF]), sum6);
            FloatVector low7 = (FloatVector) ByteVector.fromMemorySegment(B, data, at7 + firstAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 0);
            FloatVector high7 = (FloatVector) ByteVector.fromMemorySegment(B, data, at7 + secondAt, LITTLE_ENDIAN)
                    .convertShape(B2F, F, 1 % SHARING);
            sum7 = second.fma(high7, first.mul(low7))
                    .fma(FloatVector.broadcast(F, HALVES[data.get(Weights.SHORT, at7) & 0xFFFF]), sum7);
            int advance = part == PARTS - 1 ? 34 : 0;
            at0 += advance;
            at1 += advance;
            at2 += advance;
            at3 += advance;
            at4 += advance;
            at5 += advance;
            at6 += advance;
            at7 += advance;
        }
        y[row] = LaneSum.of(sum0);
        y[row + stride] = LaneSum.of(sum1);
        y[row + 2 * stride] = LaneSum.of(sum2);
        y[row + 3 * stride] = LaneSum.of(sum3);
        y[row + 4 * stride] = LaneSum.of(sum4);
        y[row + 5 * stride] = LaneSum.of(sum5);
        y[row + 6 * stride] = LaneSum.of(sum6);
        y[row + 7 * stride] = LaneSum.of(sum7);
    }

    /// Q4_0 rows.
    static void q4(Weights weights, int row, int stride, float[] x, float[] y) {
        MemorySegment data = weights.data();
        int columns = weights.columns();
        long rowBytes = weights.rowBytes();
        long at0 = row * rowBytes;
        long at1 = (row + stride) * rowBytes;
        long at2 = (row + 2 * stride) * rowBytes;
        long at3 = (row + 3 * stride) * rowBytes;
        FloatVector sum0 = FloatVector.zero(F);
        FloatVector sum1 = FloatVector.zero(F);
        FloatVector sum2 = FloatVector.zero(F);
        FloatVector sum3 = FloatVector.zero(F);
        for (int step = 0; step < columns / 32 * PARTS; step++) {
            int part = PARTS == 1 ? 0 : step % PARTS;
            int column = PARTS == 1 ? step * 32 : step / PARTS * 32 + part * LANES;
            FloatVector first = FloatVector.fromArray(F, x, column);
            FloatVector second = FloatVector.fromArray(F, x, column + 16);
            // nibbles stand for themselves less 8: what they are too large by is taken away for all rows at once
            FloatVector excess = first.add(second).mul(-8f);
            int byteAt = 2 + part / SHARING * B.length();
            IntVector pairs0 = (IntVector) ByteVector.fromMemorySegment(B, data, at0 + byteAt, LITTLE_ENDIAN)
                    .convertShape(ZERO_EXTEND_B2I, I, part % SHARING);
            FloatVector low0 = (FloatVector) pairs0.and(15).convert(I2F, 0);
            FloatVector high0 = (FloatVector) pairs0.lanewise(LSHR, 4).convert(I2F, 0);
            sum0 = second.fma(high0, first.fma(low0, excess))
                    .fma(FloatVector.broadcast(F, HALVES[data.get(Weights.SHORT, at0) & 0xFFFF]), sum0);
            IntVector pairs1 = (IntVector) ByteVector.fromMemorySegment(B, data, at1 + byteAt, LITTLE_ENDIAN)
                    .convertShape(ZERO_EXTEND_B2I, I, part % SHARING);
            FloatVector low1 = (FloatVector) pairs1.and(15).convert(I2F, 0);
            FloatVector high1 = (FloatVector) pairs1.lanewise(LSHR, 4).convert(I2F, 0);
            sum1 = second.fma(high1, first.fma(low1, excess))
                    .fma(FloatVector.broadcast(F, HALVES[data.get(Weights.SHORT, at1) & 0xFFFF]), sum1);
            IntVector pairs2 = (IntVector) ByteVector.fromMemorySegment(B, data, at2 + byteAt, LITTLE_ENDIAN)
                    .convertShape(ZERO_EXTEND_B2I, I, part % SHARING);
            FloatVector low2 = (FloatVector) pairs2.and(15).convert(I2F, 0);
            FloatVector high2 = (FloatVector) pairs2.lanewise(LSHR, 4).convert(I2F, 0);
            sum2 = second.fma(high2, first.fma(low2, excess))
                    .fma(FloatVector.broadcast(F, HALVES[data.get(Weights.SHORT, at2) & 0xFFFF]), sum2);
            IntVector pairs3 = (IntVector) ByteVector.fromMemorySegment(B, data, at3 + byteAt, LITTLE_ENDIAN)
                    .convertShape(ZERO_EXTEND_B2I, I, part % SHARING);
            FloatVector low3 = (FloatVector) pairs3.and(15).convert(I2F, 0);
            FloatVector high3 = (FloatVector) pairs3.lanewise(LSHR, 4).convert(I2F, 0);
            sum3 = second.fma(high3, first.fma(low3, excess))
                    .fma(FloatVector.broadcast(F, HALVES[data.get(Weights.SHORT, at3) & 0xFFFF]), sum3);
            int advance = part == PARTS - 1 ? 18 : 0;
            at0 += advance;
            at1 += advance;
            at2 += advance;
            at3 += advance;
        }
        float total0 = LaneSum.of(sum0);
        float total1 = LaneSum.of(sum1);
        float total2 = LaneSum.of(sum2);
        float total3 = LaneSum.of(sum3);
        y[row] = total0;
        y[row + stride] = total1;
        y[row + 2 * stride] = total2;
        y[row + 3 * stride] = total3;
    }
}
