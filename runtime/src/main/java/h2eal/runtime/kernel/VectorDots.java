package h2eal.runtime.kernel;

import static h2eal.runtime.vector.VectorShapes.B;
import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static h2eal.runtime.vector.VectorShapes.S;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import h2eal.runtime.block.Halves;
import h2eal.runtime.vector.LaneSum;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/// Dot products of one input vector with several rows of weights at a time that lie `stride` rows apart: `y[r] =
/// weights[r] . x`. Rows share each load of the input, give independent sums, and go through the same instructions
/// whatever their neighbours.
///
/// Limit: a plain read of the weights. A core waits for about 20 lines that its prefetcher fetches per 4 KiB page, 130
/// ns each, so one stream of arithmetic gets no more than 10 GB/s of the 15 that a bare read does; software cannot
/// prefetch in Java, and plain reads ahead fill the window of a core that runs ahead. Rows far apart are streams of
/// their own: Q8_0, 2048 columns, one thread of a Sapphire Rapids, of a plain read: 4 rows side by side 50 %, 4 apart
/// 84 %, 8 apart 98 %.
///
/// No helper methods take vectors: the compiler stops inlining in methods of this size and would box what it passes, a
/// heap object per row. So sums go through `lanes`, scratch for the vectors of all rows.
final class VectorDots {

    /// Float vectors that one byte vector is widened to: 1, or 2 where floats are narrower than the least byte vector.
    private static final int SHARING = B.length() / LANES;

    /// Steps of two vectors that a block takes; 1 with the widest vectors, which leaves the loop without branches.
    private static final int PARTS = 16 / LANES;

    private static final float[] HALVES = Halves.table();

    private VectorDots() {}

    /// F32 rows.
    static void f32(Weights weights, int row, int stride, float[] x, float[] y, float[] lanes) {
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
        int column = 0;
        for (; column + LANES <= columns; column += LANES) {
            FloatVector input = FloatVector.fromArray(F, x, column);
            long offset = (long) column * Float.BYTES;
            sum0 = input.fma(FloatVector.fromMemorySegment(F, data, at0 + offset, LITTLE_ENDIAN), sum0);
            sum1 = input.fma(FloatVector.fromMemorySegment(F, data, at1 + offset, LITTLE_ENDIAN), sum1);
            sum2 = input.fma(FloatVector.fromMemorySegment(F, data, at2 + offset, LITTLE_ENDIAN), sum2);
            sum3 = input.fma(FloatVector.fromMemorySegment(F, data, at3 + offset, LITTLE_ENDIAN), sum3);
        }
        sum0.intoArray(lanes, 0);
        sum1.intoArray(lanes, LANES);
        sum2.intoArray(lanes, 2 * LANES);
        sum3.intoArray(lanes, 3 * LANES);
        float total0 = LaneSum.of(lanes, 0);
        float total1 = LaneSum.of(lanes, LANES);
        float total2 = LaneSum.of(lanes, 2 * LANES);
        float total3 = LaneSum.of(lanes, 3 * LANES);
        for (; column < columns; column++) {
            total0 = Math.fma(data.get(Weights.FLOAT, at0 + (long) column * Float.BYTES), x[column], total0);
            total1 = Math.fma(data.get(Weights.FLOAT, at1 + (long) column * Float.BYTES), x[column], total1);
            total2 = Math.fma(data.get(Weights.FLOAT, at2 + (long) column * Float.BYTES), x[column], total2);
            total3 = Math.fma(data.get(Weights.FLOAT, at3 + (long) column * Float.BYTES), x[column], total3);
        }
        y[row] = total0;
        y[row + stride] = total1;
        y[row + 2 * stride] = total2;
        y[row + 3 * stride] = total3;
    }

    /// One row of any type, through `decoded`, which holds one row.
    static void decoded(Weights weights, int row, float[] x, float[] y, float[] decoded) {
        int columns = weights.columns();
        VectorDecode.row(weights, row, decoded, 0);
        FloatVector even = FloatVector.zero(F);
        FloatVector odd = FloatVector.zero(F);
        // Blocks are whole, and a block is at least two vectors.
        for (int column = 0; column < columns; column += 2 * LANES) {
            even = FloatVector.fromArray(F, x, column).fma(FloatVector.fromArray(F, decoded, column), even);
            odd = FloatVector.fromArray(F, x, column + LANES)
                    .fma(FloatVector.fromArray(F, decoded, column + LANES), odd);
        }
        even.add(odd).intoArray(decoded, 0);
        y[row] = LaneSum.of(decoded, 0);
    }

    /// F16 rows, doubled. Sign and digits move to their places, and the exponent is shifted by 113; where the half was
    /// denormal, its digits stand behind 2^-14. Twice what exceeds 2^-14 is right there, and larger elsewhere: the
    /// smaller of the two is taken. Positive floats compare as integers do, in one instruction.
    static void f16(Weights weights, int row, int stride, float[] x, float[] y, float[] lanes) {
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
        FloatVector two = FloatVector.broadcast(F, 2);
        FloatVector lessLeast = FloatVector.broadcast(F, -2 * Halves.LEAST_NORMAL);
        int column = 0;
        for (; column + LANES <= columns; column += LANES) {
            FloatVector input = FloatVector.fromArray(F, x, column);
            long offset = (long) column * Short.BYTES;
            IntVector bits0 = (IntVector) ShortVector.fromMemorySegment(S, data, at0 + offset, LITTLE_ENDIAN)
                    .convertShape(S2I, I, 0);
            IntVector digits0 = bits0.lanewise(LSHL, 13).and(Halves.MAGNITUDE).add(Halves.EXPONENT_SHIFT);
            FloatVector tiny0 = digits0.reinterpretAsFloats().fma(two, lessLeast);
            IntVector number0 = digits0.min(tiny0.reinterpretAsInts()).or(bits0.and(Halves.SIGN));
            sum0 = input.fma(number0.reinterpretAsFloats(), sum0);
            IntVector bits1 = (IntVector) ShortVector.fromMemorySegment(S, data, at1 + offset, LITTLE_ENDIAN)
                    .convertShape(S2I, I, 0);
            IntVector digits1 = bits1.lanewise(LSHL, 13).and(Halves.MAGNITUDE).add(Halves.EXPONENT_SHIFT);
            FloatVector tiny1 = digits1.reinterpretAsFloats().fma(two, lessLeast);
            IntVector number1 = digits1.min(tiny1.reinterpretAsInts()).or(bits1.and(Halves.SIGN));
            sum1 = input.fma(number1.reinterpretAsFloats(), sum1);
            IntVector bits2 = (IntVector) ShortVector.fromMemorySegment(S, data, at2 + offset, LITTLE_ENDIAN)
                    .convertShape(S2I, I, 0);
            IntVector digits2 = bits2.lanewise(LSHL, 13).and(Halves.MAGNITUDE).add(Halves.EXPONENT_SHIFT);
            FloatVector tiny2 = digits2.reinterpretAsFloats().fma(two, lessLeast);
            IntVector number2 = digits2.min(tiny2.reinterpretAsInts()).or(bits2.and(Halves.SIGN));
            sum2 = input.fma(number2.reinterpretAsFloats(), sum2);
            IntVector bits3 = (IntVector) ShortVector.fromMemorySegment(S, data, at3 + offset, LITTLE_ENDIAN)
                    .convertShape(S2I, I, 0);
            IntVector digits3 = bits3.lanewise(LSHL, 13).and(Halves.MAGNITUDE).add(Halves.EXPONENT_SHIFT);
            FloatVector tiny3 = digits3.reinterpretAsFloats().fma(two, lessLeast);
            IntVector number3 = digits3.min(tiny3.reinterpretAsInts()).or(bits3.and(Halves.SIGN));
            sum3 = input.fma(number3.reinterpretAsFloats(), sum3);
        }
        sum0.intoArray(lanes, 0);
        sum1.intoArray(lanes, LANES);
        sum2.intoArray(lanes, 2 * LANES);
        sum3.intoArray(lanes, 3 * LANES);
        float total0 = LaneSum.of(lanes, 0) / 2;
        float total1 = LaneSum.of(lanes, LANES) / 2;
        float total2 = LaneSum.of(lanes, 2 * LANES) / 2;
        float total3 = LaneSum.of(lanes, 3 * LANES) / 2;
        for (; column < columns; column++) {
            total0 = Math.fma(
                    Float.float16ToFloat(data.get(Weights.SHORT, at0 + (long) column * Short.BYTES)),
                    x[column],
                    total0);
            total1 = Math.fma(
                    Float.float16ToFloat(data.get(Weights.SHORT, at1 + (long) column * Short.BYTES)),
                    x[column],
                    total1);
            total2 = Math.fma(
                    Float.float16ToFloat(data.get(Weights.SHORT, at2 + (long) column * Short.BYTES)),
                    x[column],
                    total2);
            total3 = Math.fma(
                    Float.float16ToFloat(data.get(Weights.SHORT, at3 + (long) column * Short.BYTES)),
                    x[column],
                    total3);
        }
        y[row] = total0;
        y[row + stride] = total1;
        y[row + 2 * stride] = total2;
        y[row + 3 * stride] = total3;
    }

    /// BF16 rows: the upper halves of floats.
    static void bf16(Weights weights, int row, int stride, float[] x, float[] y, float[] lanes) {
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
        int column = 0;
        for (; column + LANES <= columns; column += LANES) {
            FloatVector input = FloatVector.fromArray(F, x, column);
            long offset = (long) column * Short.BYTES;
            IntVector bits0 = (IntVector) ShortVector.fromMemorySegment(S, data, at0 + offset, LITTLE_ENDIAN)
                    .convertShape(S2I, I, 0);
            sum0 = input.fma(bits0.lanewise(LSHL, 16).reinterpretAsFloats(), sum0);
            IntVector bits1 = (IntVector) ShortVector.fromMemorySegment(S, data, at1 + offset, LITTLE_ENDIAN)
                    .convertShape(S2I, I, 0);
            sum1 = input.fma(bits1.lanewise(LSHL, 16).reinterpretAsFloats(), sum1);
            IntVector bits2 = (IntVector) ShortVector.fromMemorySegment(S, data, at2 + offset, LITTLE_ENDIAN)
                    .convertShape(S2I, I, 0);
            sum2 = input.fma(bits2.lanewise(LSHL, 16).reinterpretAsFloats(), sum2);
            IntVector bits3 = (IntVector) ShortVector.fromMemorySegment(S, data, at3 + offset, LITTLE_ENDIAN)
                    .convertShape(S2I, I, 0);
            sum3 = input.fma(bits3.lanewise(LSHL, 16).reinterpretAsFloats(), sum3);
        }
        sum0.intoArray(lanes, 0);
        sum1.intoArray(lanes, LANES);
        sum2.intoArray(lanes, 2 * LANES);
        sum3.intoArray(lanes, 3 * LANES);
        float total0 = LaneSum.of(lanes, 0);
        float total1 = LaneSum.of(lanes, LANES);
        float total2 = LaneSum.of(lanes, 2 * LANES);
        float total3 = LaneSum.of(lanes, 3 * LANES);
        for (; column < columns; column++) {
            total0 = Math.fma(
                    Float.intBitsToFloat(data.get(Weights.SHORT, at0 + (long) column * Short.BYTES) << 16),
                    x[column],
                    total0);
            total1 = Math.fma(
                    Float.intBitsToFloat(data.get(Weights.SHORT, at1 + (long) column * Short.BYTES) << 16),
                    x[column],
                    total1);
            total2 = Math.fma(
                    Float.intBitsToFloat(data.get(Weights.SHORT, at2 + (long) column * Short.BYTES) << 16),
                    x[column],
                    total2);
            total3 = Math.fma(
                    Float.intBitsToFloat(data.get(Weights.SHORT, at3 + (long) column * Short.BYTES) << 16),
                    x[column],
                    total3);
        }
        y[row] = total0;
        y[row + stride] = total1;
        y[row + 2 * stride] = total2;
        y[row + 3 * stride] = total3;
    }

    /// Eight rows of Q8_0. From the second-level cache this takes in 20 GB/s, so memory decides.
    static void q8(Weights weights, int row, int stride, float[] x, float[] y, float[] lanes) {
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
        sum0.intoArray(lanes, 0);
        sum1.intoArray(lanes, LANES);
        sum2.intoArray(lanes, 2 * LANES);
        sum3.intoArray(lanes, 3 * LANES);
        sum4.intoArray(lanes, 4 * LANES);
        sum5.intoArray(lanes, 5 * LANES);
        sum6.intoArray(lanes, 6 * LANES);
        sum7.intoArray(lanes, 7 * LANES);
        for (int i = 0; i < 8; i++) {
            y[row + i * stride] = LaneSum.of(lanes, i * LANES);
        }
    }

    /// Q4_0 rows.
    static void q4(Weights weights, int row, int stride, float[] x, float[] y, float[] lanes) {
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
        sum0.intoArray(lanes, 0);
        sum1.intoArray(lanes, LANES);
        sum2.intoArray(lanes, 2 * LANES);
        sum3.intoArray(lanes, 3 * LANES);
        float total0 = LaneSum.of(lanes, 0);
        float total1 = LaneSum.of(lanes, LANES);
        float total2 = LaneSum.of(lanes, 2 * LANES);
        float total3 = LaneSum.of(lanes, 3 * LANES);
        y[row] = total0;
        y[row + stride] = total1;
        y[row + 2 * stride] = total2;
        y[row + 3 * stride] = total3;
    }
}
