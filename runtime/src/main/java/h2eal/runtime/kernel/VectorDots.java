package h2eal.runtime.kernel;

import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Dot products of one input vector with four adjacent rows of weights at a time: `y[row + i] = weights[row + i] . x`.
/// Four rows share each load of the input and give four independent sums. Past the last row the last one is computed
/// again, so that every row goes through the same instructions whatever its share.
final class VectorDots {

    private VectorDots() {}

    /// F32 rows.
    static void f32(Weights weights, int row, int toRow, float[] x, float[] y) {
        MemorySegment data = weights.data();
        int columns = weights.columns();
        long rowBytes = weights.rowBytes();
        long at0 = row * rowBytes;
        long at1 = Math.min(row + 1, toRow - 1) * rowBytes;
        long at2 = Math.min(row + 2, toRow - 1) * rowBytes;
        long at3 = Math.min(row + 3, toRow - 1) * rowBytes;
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
        float total0 = sum0.reduceLanes(VectorOperators.ADD);
        float total1 = sum1.reduceLanes(VectorOperators.ADD);
        float total2 = sum2.reduceLanes(VectorOperators.ADD);
        float total3 = sum3.reduceLanes(VectorOperators.ADD);
        for (; column < columns; column++) {
            total0 = Math.fma(data.get(Weights.FLOAT, at0 + (long) column * Float.BYTES), x[column], total0);
            total1 = Math.fma(data.get(Weights.FLOAT, at1 + (long) column * Float.BYTES), x[column], total1);
            total2 = Math.fma(data.get(Weights.FLOAT, at2 + (long) column * Float.BYTES), x[column], total2);
            total3 = Math.fma(data.get(Weights.FLOAT, at3 + (long) column * Float.BYTES), x[column], total3);
        }
        y[row] = total0;
        y[Math.min(row + 1, toRow - 1)] = total1;
        y[Math.min(row + 2, toRow - 1)] = total2;
        y[Math.min(row + 3, toRow - 1)] = total3;
    }

    /// F16 rows.
    static void f16(Weights weights, int row, int toRow, float[] x, float[] y) {
        MemorySegment data = weights.data();
        int columns = weights.columns();
        long rowBytes = weights.rowBytes();
        long at0 = row * rowBytes;
        long at1 = Math.min(row + 1, toRow - 1) * rowBytes;
        long at2 = Math.min(row + 2, toRow - 1) * rowBytes;
        long at3 = Math.min(row + 3, toRow - 1) * rowBytes;
        FloatVector sum0 = FloatVector.zero(F);
        FloatVector sum1 = FloatVector.zero(F);
        FloatVector sum2 = FloatVector.zero(F);
        FloatVector sum3 = FloatVector.zero(F);
        int column = 0;
        for (; column + LANES <= columns; column += LANES) {
            FloatVector input = FloatVector.fromArray(F, x, column);
            long offset = (long) column * Short.BYTES;
            sum0 = input.fma(VectorDecode.halves(data, at0 + offset), sum0);
            sum1 = input.fma(VectorDecode.halves(data, at1 + offset), sum1);
            sum2 = input.fma(VectorDecode.halves(data, at2 + offset), sum2);
            sum3 = input.fma(VectorDecode.halves(data, at3 + offset), sum3);
        }
        float total0 = sum0.reduceLanes(VectorOperators.ADD);
        float total1 = sum1.reduceLanes(VectorOperators.ADD);
        float total2 = sum2.reduceLanes(VectorOperators.ADD);
        float total3 = sum3.reduceLanes(VectorOperators.ADD);
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
        y[Math.min(row + 1, toRow - 1)] = total1;
        y[Math.min(row + 2, toRow - 1)] = total2;
        y[Math.min(row + 3, toRow - 1)] = total3;
    }

    /// BF16 rows.
    static void bf16(Weights weights, int row, int toRow, float[] x, float[] y) {
        MemorySegment data = weights.data();
        int columns = weights.columns();
        long rowBytes = weights.rowBytes();
        long at0 = row * rowBytes;
        long at1 = Math.min(row + 1, toRow - 1) * rowBytes;
        long at2 = Math.min(row + 2, toRow - 1) * rowBytes;
        long at3 = Math.min(row + 3, toRow - 1) * rowBytes;
        FloatVector sum0 = FloatVector.zero(F);
        FloatVector sum1 = FloatVector.zero(F);
        FloatVector sum2 = FloatVector.zero(F);
        FloatVector sum3 = FloatVector.zero(F);
        int column = 0;
        for (; column + LANES <= columns; column += LANES) {
            FloatVector input = FloatVector.fromArray(F, x, column);
            long offset = (long) column * Short.BYTES;
            sum0 = input.fma(VectorDecode.brainHalves(data, at0 + offset), sum0);
            sum1 = input.fma(VectorDecode.brainHalves(data, at1 + offset), sum1);
            sum2 = input.fma(VectorDecode.brainHalves(data, at2 + offset), sum2);
            sum3 = input.fma(VectorDecode.brainHalves(data, at3 + offset), sum3);
        }
        float total0 = sum0.reduceLanes(VectorOperators.ADD);
        float total1 = sum1.reduceLanes(VectorOperators.ADD);
        float total2 = sum2.reduceLanes(VectorOperators.ADD);
        float total3 = sum3.reduceLanes(VectorOperators.ADD);
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
        y[Math.min(row + 1, toRow - 1)] = total1;
        y[Math.min(row + 2, toRow - 1)] = total2;
        y[Math.min(row + 3, toRow - 1)] = total3;
    }

    /// Q8_0 rows.
    static void q8(Weights weights, int row, int toRow, float[] x, float[] y) {
        MemorySegment data = weights.data();
        int columns = weights.columns();
        long rowBytes = weights.rowBytes();
        long at0 = row * rowBytes;
        long at1 = Math.min(row + 1, toRow - 1) * rowBytes;
        long at2 = Math.min(row + 2, toRow - 1) * rowBytes;
        long at3 = Math.min(row + 3, toRow - 1) * rowBytes;
        FloatVector sum0 = FloatVector.zero(F);
        FloatVector sum1 = FloatVector.zero(F);
        FloatVector sum2 = FloatVector.zero(F);
        FloatVector sum3 = FloatVector.zero(F);
        for (int column = 0; column < columns; column += 32) {
            long offset = (long) (column / 32) * 34;
            FloatVector block0 = FloatVector.zero(F);
            FloatVector block1 = FloatVector.zero(F);
            FloatVector block2 = FloatVector.zero(F);
            FloatVector block3 = FloatVector.zero(F);
            for (int part = 0; part < 32 / LANES; part++) {
                FloatVector input = FloatVector.fromArray(F, x, column + part * LANES);
                block0 = input.fma(VectorDecode.signedBytes(data, at0 + offset + 2, part), block0);
                block1 = input.fma(VectorDecode.signedBytes(data, at1 + offset + 2, part), block1);
                block2 = input.fma(VectorDecode.signedBytes(data, at2 + offset + 2, part), block2);
                block3 = input.fma(VectorDecode.signedBytes(data, at3 + offset + 2, part), block3);
            }
            sum0 = block0.fma(VectorDecode.scale(data, at0 + offset), sum0);
            sum1 = block1.fma(VectorDecode.scale(data, at1 + offset), sum1);
            sum2 = block2.fma(VectorDecode.scale(data, at2 + offset), sum2);
            sum3 = block3.fma(VectorDecode.scale(data, at3 + offset), sum3);
        }
        float total0 = sum0.reduceLanes(VectorOperators.ADD);
        float total1 = sum1.reduceLanes(VectorOperators.ADD);
        float total2 = sum2.reduceLanes(VectorOperators.ADD);
        float total3 = sum3.reduceLanes(VectorOperators.ADD);
        y[row] = total0;
        y[Math.min(row + 1, toRow - 1)] = total1;
        y[Math.min(row + 2, toRow - 1)] = total2;
        y[Math.min(row + 3, toRow - 1)] = total3;
    }

    /// Q4_0 rows.
    static void q4(Weights weights, int row, int toRow, float[] x, float[] y) {
        MemorySegment data = weights.data();
        int columns = weights.columns();
        long rowBytes = weights.rowBytes();
        long at0 = row * rowBytes;
        long at1 = Math.min(row + 1, toRow - 1) * rowBytes;
        long at2 = Math.min(row + 2, toRow - 1) * rowBytes;
        long at3 = Math.min(row + 3, toRow - 1) * rowBytes;
        FloatVector sum0 = FloatVector.zero(F);
        FloatVector sum1 = FloatVector.zero(F);
        FloatVector sum2 = FloatVector.zero(F);
        FloatVector sum3 = FloatVector.zero(F);
        for (int column = 0; column < columns; column += 32) {
            long offset = (long) (column / 32) * 18;
            FloatVector block0 = FloatVector.zero(F);
            FloatVector block1 = FloatVector.zero(F);
            FloatVector block2 = FloatVector.zero(F);
            FloatVector block3 = FloatVector.zero(F);
            for (int part = 0; part < 16 / LANES; part++) {
                FloatVector first = FloatVector.fromArray(F, x, column + part * LANES);
                FloatVector second = FloatVector.fromArray(F, x, column + 16 + part * LANES);
                block0 = first.fma(VectorDecode.lowNibbles(data, at0 + offset + 2, part), block0);
                block0 = second.fma(VectorDecode.highNibbles(data, at0 + offset + 2, part), block0);
                block1 = first.fma(VectorDecode.lowNibbles(data, at1 + offset + 2, part), block1);
                block1 = second.fma(VectorDecode.highNibbles(data, at1 + offset + 2, part), block1);
                block2 = first.fma(VectorDecode.lowNibbles(data, at2 + offset + 2, part), block2);
                block2 = second.fma(VectorDecode.highNibbles(data, at2 + offset + 2, part), block2);
                block3 = first.fma(VectorDecode.lowNibbles(data, at3 + offset + 2, part), block3);
                block3 = second.fma(VectorDecode.highNibbles(data, at3 + offset + 2, part), block3);
            }
            sum0 = block0.fma(VectorDecode.scale(data, at0 + offset), sum0);
            sum1 = block1.fma(VectorDecode.scale(data, at1 + offset), sum1);
            sum2 = block2.fma(VectorDecode.scale(data, at2 + offset), sum2);
            sum3 = block3.fma(VectorDecode.scale(data, at3 + offset), sum3);
        }
        float total0 = sum0.reduceLanes(VectorOperators.ADD);
        float total1 = sum1.reduceLanes(VectorOperators.ADD);
        float total2 = sum2.reduceLanes(VectorOperators.ADD);
        float total3 = sum3.reduceLanes(VectorOperators.ADD);
        y[row] = total0;
        y[Math.min(row + 1, toRow - 1)] = total1;
        y[Math.min(row + 2, toRow - 1)] = total2;
        y[Math.min(row + 3, toRow - 1)] = total3;
    }
}
