package h2eal.runtime.page;

import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Register tiles over pages whose numbers lie in pairs, F16 and BF16, see [F32Tiles]. A 32-bit word holds two numbers
/// that lie 16 apart; a shift and a mask bring their bits to where a float has its exponent and fraction. For halves
/// that makes numbers 2^112 too small: that factor is in the queries and in the weights. There are no infinities and no
/// denormals in a page. Shift and mask are vectors, so that one loop serves both types at the price of constants.
final class PairTiles {

    /// Bytes from one row of a strip to the next: a constant, else the compiler checks the bounds of every load.
    private static final long STEP = KvType.F16.stripBytes();

    private PairTiles() {}

    /// Index of the number that is stored at the even place `stored` of a row; the one stored next to it is 16 further.
    private static int place(int stored) {
        return (stored & ~31) + (stored >> 1 & 15);
    }

    /// Writes the numbers of `strips` strips of `rows` rows from `from` on to the start of `target`, as twice as many
    /// strips of floats.
    static void unpack(KvType type, MemorySegment memory, long from, MemorySegment target, int strips, int rows) {
        IntVector shift = IntVector.broadcast(I, type.pairShift());
        IntVector mask = IntVector.broadcast(I, type.pairMask());
        float factor = type.pairFactor();
        for (int strip = 0; strip < strips; strip++) {
            long packed = from + strip * rows * STEP;
            long first = 2 * strip * rows * STEP;
            long second = first + rows * STEP;
            for (int row = 0; row < rows; row++) {
                for (int lane = 0; lane < 16; lane += LANES) {
                    long at = row * STEP + lane * Float.BYTES;
                    IntVector pairs = IntVector.fromMemorySegment(I, memory, packed + at, LITTLE_ENDIAN);
                    pairs.lanewise(LSHL, 16)
                            .lanewise(ASHR, shift)
                            .and(mask)
                            .reinterpretAsFloats()
                            .mul(factor)
                            .intoMemorySegment(target, first + at, LITTLE_ENDIAN);
                    pairs.lanewise(ASHR, shift)
                            .and(mask)
                            .reinterpretAsFloats()
                            .mul(factor)
                            .intoMemorySegment(target, second + at, LITTLE_ENDIAN);
                }
            }
        }
    }

    static void scores4x4(MemorySegment memory, long pageAt, QueryRows rows, int row, int slot) {
        IntVector shift = IntVector.broadcast(I, rows.layout.type().pairShift());
        IntVector mask = IntVector.broadcast(I, rows.layout.type().pairMask());
        float[] queries = rows.scaled;
        int headSize = rows.layout.headSize();
        long at0 = pageAt + rows.layout.keyOffset(slot);
        long at1 = pageAt + rows.layout.keyOffset(slot + 2 * LANES);
        int query = rows.scaledAt(row);
        FloatVector s00 = FloatVector.zero(F);
        FloatVector s01 = FloatVector.zero(F);
        FloatVector s02 = FloatVector.zero(F);
        FloatVector s03 = FloatVector.zero(F);
        FloatVector s10 = FloatVector.zero(F);
        FloatVector s11 = FloatVector.zero(F);
        FloatVector s12 = FloatVector.zero(F);
        FloatVector s13 = FloatVector.zero(F);
        FloatVector s20 = FloatVector.zero(F);
        FloatVector s21 = FloatVector.zero(F);
        FloatVector s22 = FloatVector.zero(F);
        FloatVector s23 = FloatVector.zero(F);
        FloatVector s30 = FloatVector.zero(F);
        FloatVector s31 = FloatVector.zero(F);
        FloatVector s32 = FloatVector.zero(F);
        FloatVector s33 = FloatVector.zero(F);
        for (int i = 0; i < headSize; i++) {
            IntVector pairs0 = IntVector.fromMemorySegment(I, memory, at0 + i * STEP, LITTLE_ENDIAN);
            IntVector pairs1 = IntVector.fromMemorySegment(I, memory, at1 + i * STEP, LITTLE_ENDIAN);
            FloatVector n0 =
                    pairs0.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n1 = pairs0.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n2 =
                    pairs1.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n3 = pairs1.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector q0 = FloatVector.broadcast(F, queries[query + 4 * i]);
            s00 = q0.fma(n0, s00);
            s01 = q0.fma(n1, s01);
            s02 = q0.fma(n2, s02);
            s03 = q0.fma(n3, s03);
            FloatVector q1 = FloatVector.broadcast(F, queries[query + 4 * i + 1]);
            s10 = q1.fma(n0, s10);
            s11 = q1.fma(n1, s11);
            s12 = q1.fma(n2, s12);
            s13 = q1.fma(n3, s13);
            FloatVector q2 = FloatVector.broadcast(F, queries[query + 4 * i + 2]);
            s20 = q2.fma(n0, s20);
            s21 = q2.fma(n1, s21);
            s22 = q2.fma(n2, s22);
            s23 = q2.fma(n3, s23);
            FloatVector q3 = FloatVector.broadcast(F, queries[query + 4 * i + 3]);
            s30 = q3.fma(n0, s30);
            s31 = q3.fma(n1, s31);
            s32 = q3.fma(n2, s32);
            s33 = q3.fma(n3, s33);
        }
        float[] scores = rows.weights;
        int stride = rows.layout.keyStride();
        int first = row * stride + place(slot);
        int second = row * stride + place(slot + 2 * LANES);
        s00.intoArray(scores, first);
        s01.intoArray(scores, first + 16);
        s02.intoArray(scores, second);
        s03.intoArray(scores, second + 16);
        s10.intoArray(scores, first + stride);
        s11.intoArray(scores, first + 16 + stride);
        s12.intoArray(scores, second + stride);
        s13.intoArray(scores, second + 16 + stride);
        s20.intoArray(scores, first + 2 * stride);
        s21.intoArray(scores, first + 16 + 2 * stride);
        s22.intoArray(scores, second + 2 * stride);
        s23.intoArray(scores, second + 16 + 2 * stride);
        s30.intoArray(scores, first + 3 * stride);
        s31.intoArray(scores, first + 16 + 3 * stride);
        s32.intoArray(scores, second + 3 * stride);
        s33.intoArray(scores, second + 16 + 3 * stride);
    }

    static void values4x4(MemorySegment memory, long valuesAt, QueryRows rows, int row, int number) {
        IntVector shift = IntVector.broadcast(I, rows.layout.type().pairShift());
        IntVector mask = IntVector.broadcast(I, rows.layout.type().pairMask());
        float[] out = rows.out;
        float[] weights = rows.weights;
        int stride = rows.layout.valueStride();
        int keyStride = rows.layout.keyStride();
        int first = row * stride + place(number);
        int second = row * stride + place(number + 2 * LANES);
        FloatVector o00 = FloatVector.fromArray(F, out, first).mul(rows.rescale[row]);
        FloatVector o01 = FloatVector.fromArray(F, out, first + 16).mul(rows.rescale[row]);
        FloatVector o02 = FloatVector.fromArray(F, out, second).mul(rows.rescale[row]);
        FloatVector o03 = FloatVector.fromArray(F, out, second + 16).mul(rows.rescale[row]);
        FloatVector o10 = FloatVector.fromArray(F, out, first + stride).mul(rows.rescale[row + 1]);
        FloatVector o11 = FloatVector.fromArray(F, out, first + 16 + stride).mul(rows.rescale[row + 1]);
        FloatVector o12 = FloatVector.fromArray(F, out, second + stride).mul(rows.rescale[row + 1]);
        FloatVector o13 = FloatVector.fromArray(F, out, second + 16 + stride).mul(rows.rescale[row + 1]);
        FloatVector o20 = FloatVector.fromArray(F, out, first + 2 * stride).mul(rows.rescale[row + 2]);
        FloatVector o21 = FloatVector.fromArray(F, out, first + 16 + 2 * stride).mul(rows.rescale[row + 2]);
        FloatVector o22 = FloatVector.fromArray(F, out, second + 2 * stride).mul(rows.rescale[row + 2]);
        FloatVector o23 =
                FloatVector.fromArray(F, out, second + 16 + 2 * stride).mul(rows.rescale[row + 2]);
        FloatVector o30 = FloatVector.fromArray(F, out, first + 3 * stride).mul(rows.rescale[row + 3]);
        FloatVector o31 = FloatVector.fromArray(F, out, first + 16 + 3 * stride).mul(rows.rescale[row + 3]);
        FloatVector o32 = FloatVector.fromArray(F, out, second + 3 * stride).mul(rows.rescale[row + 3]);
        FloatVector o33 =
                FloatVector.fromArray(F, out, second + 16 + 3 * stride).mul(rows.rescale[row + 3]);
        long at0 = valuesAt + rows.layout.valueOffset(number);
        long at1 = valuesAt + rows.layout.valueOffset(number + 2 * LANES);
        int weight = row * keyStride;
        for (int slot = rows.fromSlot; slot < rows.toSlot; slot++) {
            IntVector pairs0 = IntVector.fromMemorySegment(I, memory, at0 + slot * STEP, LITTLE_ENDIAN);
            IntVector pairs1 = IntVector.fromMemorySegment(I, memory, at1 + slot * STEP, LITTLE_ENDIAN);
            FloatVector n0 =
                    pairs0.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n1 = pairs0.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n2 =
                    pairs1.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n3 = pairs1.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector w0 = FloatVector.broadcast(F, weights[weight + slot]);
            o00 = w0.fma(n0, o00);
            o01 = w0.fma(n1, o01);
            o02 = w0.fma(n2, o02);
            o03 = w0.fma(n3, o03);
            FloatVector w1 = FloatVector.broadcast(F, weights[weight + keyStride + slot]);
            o10 = w1.fma(n0, o10);
            o11 = w1.fma(n1, o11);
            o12 = w1.fma(n2, o12);
            o13 = w1.fma(n3, o13);
            FloatVector w2 = FloatVector.broadcast(F, weights[weight + 2 * keyStride + slot]);
            o20 = w2.fma(n0, o20);
            o21 = w2.fma(n1, o21);
            o22 = w2.fma(n2, o22);
            o23 = w2.fma(n3, o23);
            FloatVector w3 = FloatVector.broadcast(F, weights[weight + 3 * keyStride + slot]);
            o30 = w3.fma(n0, o30);
            o31 = w3.fma(n1, o31);
            o32 = w3.fma(n2, o32);
            o33 = w3.fma(n3, o33);
        }
        o00.intoArray(out, first);
        o01.intoArray(out, first + 16);
        o02.intoArray(out, second);
        o03.intoArray(out, second + 16);
        o10.intoArray(out, first + stride);
        o11.intoArray(out, first + 16 + stride);
        o12.intoArray(out, second + stride);
        o13.intoArray(out, second + 16 + stride);
        o20.intoArray(out, first + 2 * stride);
        o21.intoArray(out, first + 16 + 2 * stride);
        o22.intoArray(out, second + 2 * stride);
        o23.intoArray(out, second + 16 + 2 * stride);
        o30.intoArray(out, first + 3 * stride);
        o31.intoArray(out, first + 16 + 3 * stride);
        o32.intoArray(out, second + 3 * stride);
        o33.intoArray(out, second + 16 + 3 * stride);
    }

    static void scores4x2(MemorySegment memory, long pageAt, QueryRows rows, int row, int slot) {
        IntVector shift = IntVector.broadcast(I, rows.layout.type().pairShift());
        IntVector mask = IntVector.broadcast(I, rows.layout.type().pairMask());
        float[] queries = rows.scaled;
        int headSize = rows.layout.headSize();
        long at0 = pageAt + rows.layout.keyOffset(slot);
        int query = rows.scaledAt(row);
        FloatVector s00 = FloatVector.zero(F);
        FloatVector s01 = FloatVector.zero(F);
        FloatVector s10 = FloatVector.zero(F);
        FloatVector s11 = FloatVector.zero(F);
        FloatVector s20 = FloatVector.zero(F);
        FloatVector s21 = FloatVector.zero(F);
        FloatVector s30 = FloatVector.zero(F);
        FloatVector s31 = FloatVector.zero(F);
        for (int i = 0; i < headSize; i++) {
            IntVector pairs0 = IntVector.fromMemorySegment(I, memory, at0 + i * STEP, LITTLE_ENDIAN);
            FloatVector n0 =
                    pairs0.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n1 = pairs0.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector q0 = FloatVector.broadcast(F, queries[query + 4 * i]);
            s00 = q0.fma(n0, s00);
            s01 = q0.fma(n1, s01);
            FloatVector q1 = FloatVector.broadcast(F, queries[query + 4 * i + 1]);
            s10 = q1.fma(n0, s10);
            s11 = q1.fma(n1, s11);
            FloatVector q2 = FloatVector.broadcast(F, queries[query + 4 * i + 2]);
            s20 = q2.fma(n0, s20);
            s21 = q2.fma(n1, s21);
            FloatVector q3 = FloatVector.broadcast(F, queries[query + 4 * i + 3]);
            s30 = q3.fma(n0, s30);
            s31 = q3.fma(n1, s31);
        }
        float[] scores = rows.weights;
        int stride = rows.layout.keyStride();
        int first = row * stride + place(slot);
        s00.intoArray(scores, first);
        s01.intoArray(scores, first + 16);
        s10.intoArray(scores, first + stride);
        s11.intoArray(scores, first + 16 + stride);
        s20.intoArray(scores, first + 2 * stride);
        s21.intoArray(scores, first + 16 + 2 * stride);
        s30.intoArray(scores, first + 3 * stride);
        s31.intoArray(scores, first + 16 + 3 * stride);
    }

    static void values4x2(MemorySegment memory, long valuesAt, QueryRows rows, int row, int number) {
        IntVector shift = IntVector.broadcast(I, rows.layout.type().pairShift());
        IntVector mask = IntVector.broadcast(I, rows.layout.type().pairMask());
        float[] out = rows.out;
        float[] weights = rows.weights;
        int stride = rows.layout.valueStride();
        int keyStride = rows.layout.keyStride();
        int first = row * stride + place(number);
        FloatVector o00 = FloatVector.fromArray(F, out, first).mul(rows.rescale[row]);
        FloatVector o01 = FloatVector.fromArray(F, out, first + 16).mul(rows.rescale[row]);
        FloatVector o10 = FloatVector.fromArray(F, out, first + stride).mul(rows.rescale[row + 1]);
        FloatVector o11 = FloatVector.fromArray(F, out, first + 16 + stride).mul(rows.rescale[row + 1]);
        FloatVector o20 = FloatVector.fromArray(F, out, first + 2 * stride).mul(rows.rescale[row + 2]);
        FloatVector o21 = FloatVector.fromArray(F, out, first + 16 + 2 * stride).mul(rows.rescale[row + 2]);
        FloatVector o30 = FloatVector.fromArray(F, out, first + 3 * stride).mul(rows.rescale[row + 3]);
        FloatVector o31 = FloatVector.fromArray(F, out, first + 16 + 3 * stride).mul(rows.rescale[row + 3]);
        long at0 = valuesAt + rows.layout.valueOffset(number);
        int weight = row * keyStride;
        for (int slot = rows.fromSlot; slot < rows.toSlot; slot++) {
            IntVector pairs0 = IntVector.fromMemorySegment(I, memory, at0 + slot * STEP, LITTLE_ENDIAN);
            FloatVector n0 =
                    pairs0.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n1 = pairs0.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector w0 = FloatVector.broadcast(F, weights[weight + slot]);
            o00 = w0.fma(n0, o00);
            o01 = w0.fma(n1, o01);
            FloatVector w1 = FloatVector.broadcast(F, weights[weight + keyStride + slot]);
            o10 = w1.fma(n0, o10);
            o11 = w1.fma(n1, o11);
            FloatVector w2 = FloatVector.broadcast(F, weights[weight + 2 * keyStride + slot]);
            o20 = w2.fma(n0, o20);
            o21 = w2.fma(n1, o21);
            FloatVector w3 = FloatVector.broadcast(F, weights[weight + 3 * keyStride + slot]);
            o30 = w3.fma(n0, o30);
            o31 = w3.fma(n1, o31);
        }
        o00.intoArray(out, first);
        o01.intoArray(out, first + 16);
        o10.intoArray(out, first + stride);
        o11.intoArray(out, first + 16 + stride);
        o20.intoArray(out, first + 2 * stride);
        o21.intoArray(out, first + 16 + 2 * stride);
        o30.intoArray(out, first + 3 * stride);
        o31.intoArray(out, first + 16 + 3 * stride);
    }

    static void scores1x4(MemorySegment memory, long pageAt, QueryRows rows, int row, int slot) {
        IntVector shift = IntVector.broadcast(I, rows.layout.type().pairShift());
        IntVector mask = IntVector.broadcast(I, rows.layout.type().pairMask());
        float[] queries = rows.scaled;
        int headSize = rows.layout.headSize();
        long at0 = pageAt + rows.layout.keyOffset(slot);
        long at1 = pageAt + rows.layout.keyOffset(slot + 2 * LANES);
        int query = rows.scaledAt(row);
        FloatVector s00 = FloatVector.zero(F);
        FloatVector s01 = FloatVector.zero(F);
        FloatVector s02 = FloatVector.zero(F);
        FloatVector s03 = FloatVector.zero(F);
        for (int i = 0; i < headSize; i++) {
            IntVector pairs0 = IntVector.fromMemorySegment(I, memory, at0 + i * STEP, LITTLE_ENDIAN);
            IntVector pairs1 = IntVector.fromMemorySegment(I, memory, at1 + i * STEP, LITTLE_ENDIAN);
            FloatVector n0 =
                    pairs0.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n1 = pairs0.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n2 =
                    pairs1.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n3 = pairs1.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector q0 = FloatVector.broadcast(F, queries[query + 4 * i]);
            s00 = q0.fma(n0, s00);
            s01 = q0.fma(n1, s01);
            s02 = q0.fma(n2, s02);
            s03 = q0.fma(n3, s03);
        }
        float[] scores = rows.weights;
        int stride = rows.layout.keyStride();
        int first = row * stride + place(slot);
        int second = row * stride + place(slot + 2 * LANES);
        s00.intoArray(scores, first);
        s01.intoArray(scores, first + 16);
        s02.intoArray(scores, second);
        s03.intoArray(scores, second + 16);
    }

    static void values1x4(MemorySegment memory, long valuesAt, QueryRows rows, int row, int number) {
        IntVector shift = IntVector.broadcast(I, rows.layout.type().pairShift());
        IntVector mask = IntVector.broadcast(I, rows.layout.type().pairMask());
        float[] out = rows.out;
        float[] weights = rows.weights;
        int stride = rows.layout.valueStride();
        int keyStride = rows.layout.keyStride();
        int first = row * stride + place(number);
        int second = row * stride + place(number + 2 * LANES);
        FloatVector o00 = FloatVector.fromArray(F, out, first).mul(rows.rescale[row]);
        FloatVector o01 = FloatVector.fromArray(F, out, first + 16).mul(rows.rescale[row]);
        FloatVector o02 = FloatVector.fromArray(F, out, second).mul(rows.rescale[row]);
        FloatVector o03 = FloatVector.fromArray(F, out, second + 16).mul(rows.rescale[row]);
        long at0 = valuesAt + rows.layout.valueOffset(number);
        long at1 = valuesAt + rows.layout.valueOffset(number + 2 * LANES);
        int weight = row * keyStride;
        for (int slot = rows.fromSlot; slot < rows.toSlot; slot++) {
            IntVector pairs0 = IntVector.fromMemorySegment(I, memory, at0 + slot * STEP, LITTLE_ENDIAN);
            IntVector pairs1 = IntVector.fromMemorySegment(I, memory, at1 + slot * STEP, LITTLE_ENDIAN);
            FloatVector n0 =
                    pairs0.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n1 = pairs0.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n2 =
                    pairs1.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n3 = pairs1.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector w0 = FloatVector.broadcast(F, weights[weight + slot]);
            o00 = w0.fma(n0, o00);
            o01 = w0.fma(n1, o01);
            o02 = w0.fma(n2, o02);
            o03 = w0.fma(n3, o03);
        }
        o00.intoArray(out, first);
        o01.intoArray(out, first + 16);
        o02.intoArray(out, second);
        o03.intoArray(out, second + 16);
    }

    static void scores1x2(MemorySegment memory, long pageAt, QueryRows rows, int row, int slot) {
        IntVector shift = IntVector.broadcast(I, rows.layout.type().pairShift());
        IntVector mask = IntVector.broadcast(I, rows.layout.type().pairMask());
        float[] queries = rows.scaled;
        int headSize = rows.layout.headSize();
        long at0 = pageAt + rows.layout.keyOffset(slot);
        int query = rows.scaledAt(row);
        FloatVector s00 = FloatVector.zero(F);
        FloatVector s01 = FloatVector.zero(F);
        for (int i = 0; i < headSize; i++) {
            IntVector pairs0 = IntVector.fromMemorySegment(I, memory, at0 + i * STEP, LITTLE_ENDIAN);
            FloatVector n0 =
                    pairs0.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n1 = pairs0.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector q0 = FloatVector.broadcast(F, queries[query + 4 * i]);
            s00 = q0.fma(n0, s00);
            s01 = q0.fma(n1, s01);
        }
        float[] scores = rows.weights;
        int stride = rows.layout.keyStride();
        int first = row * stride + place(slot);
        s00.intoArray(scores, first);
        s01.intoArray(scores, first + 16);
    }

    static void values1x2(MemorySegment memory, long valuesAt, QueryRows rows, int row, int number) {
        IntVector shift = IntVector.broadcast(I, rows.layout.type().pairShift());
        IntVector mask = IntVector.broadcast(I, rows.layout.type().pairMask());
        float[] out = rows.out;
        float[] weights = rows.weights;
        int stride = rows.layout.valueStride();
        int keyStride = rows.layout.keyStride();
        int first = row * stride + place(number);
        FloatVector o00 = FloatVector.fromArray(F, out, first).mul(rows.rescale[row]);
        FloatVector o01 = FloatVector.fromArray(F, out, first + 16).mul(rows.rescale[row]);
        long at0 = valuesAt + rows.layout.valueOffset(number);
        int weight = row * keyStride;
        for (int slot = rows.fromSlot; slot < rows.toSlot; slot++) {
            IntVector pairs0 = IntVector.fromMemorySegment(I, memory, at0 + slot * STEP, LITTLE_ENDIAN);
            FloatVector n0 =
                    pairs0.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n1 = pairs0.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector w0 = FloatVector.broadcast(F, weights[weight + slot]);
            o00 = w0.fma(n0, o00);
            o01 = w0.fma(n1, o01);
        }
        o00.intoArray(out, first);
        o01.intoArray(out, first + 16);
    }
}
