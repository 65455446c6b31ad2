package h2eal.runtime.page;

import static h2eal.runtime.page.VectorPageKernels.TILE;
import static h2eal.runtime.page.VectorPageKernels.step;
import static h2eal.runtime.vector.VectorShapes.B;
import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static h2eal.runtime.vector.VectorShapes.VECTOR_BYTES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.LSHR;

import h2eal.runtime.memory.AllMemory;
import h2eal.runtime.page.QueryRows.Product;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Register tiles over Q8 pages, see [F32Tiles], and what makes Q8 pages of Q4 ones. The scales of keys and values are
/// per token, so they multiply scores and weights outside.
///
/// Bytes become floats by arithmetic on bits, of which the compiler (JDK 25) keeps the result: of a conversion it makes
/// a copy for every use, 16 in place of 4.
final class Q8Tiles {

    /// Float vectors that one byte vector is widened to: 1, or 2 where floats are narrower than the least byte vector.
    private static final int SHARING = B.length() / LANES;

    /// A float at which one unit is the last place: its bits plus a small integer are that float plus the integer.
    private static final float SHIFT = 0x1.8p23f;
    private static final int EXPONENT = Float.floatToRawIntBits(SHIFT);

    /// The lower half of every byte.
    private static final int LOWER_HALVES = 0x0F0F0F0F;

    private Q8Tiles() {}

    /// Unpacks the Q4 page of `layout` at `pageAt` to the Q8 page at the start of `target`.
    static void unpack(PageLayout layout, MemorySegment memory, long pageAt, MemorySegment target) {
        PageLayout wide = layout.as(KvType.Q8);
        long scaleBytes = layout.valuesAt() - layout.keyScalesAt();
        unfold(memory, pageAt, layout.keyNumbers() / 2, target, 0);
        MemorySegment.copy(memory, pageAt + layout.keyScalesAt(), target, wide.keyScalesAt(), scaleBytes);
        unfold(memory, pageAt + layout.valuesAt(), layout.valueNumbers() / 2, target, wide.valuesAt());
        MemorySegment.copy(memory, pageAt + layout.valueScalesAt(), target, wide.valueScalesAt(), scaleBytes);
    }

    /// Writes the lower halves of `half` bytes, less 8, and behind them the upper ones.
    private static void unfold(MemorySegment memory, long at, long half, MemorySegment target, long to) {
        long from = memory.address() + at & AllMemory.ADDRESSES;
        long lower = target.address() + to & AllMemory.ADDRESSES;
        long upper = lower + half;
        long i = 0;
        for (; i + VECTOR_BYTES <= half; i += VECTOR_BYTES) {
            IntVector both = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, from + i, LITTLE_ENDIAN);
            both.and(LOWER_HALVES)
                    .reinterpretAsBytes()
                    .sub((byte) 8)
                    .intoMemorySegment(AllMemory.SEGMENT, lower + i, LITTLE_ENDIAN);
            both.lanewise(LSHR, 4)
                    .and(LOWER_HALVES)
                    .reinterpretAsBytes()
                    .sub((byte) 8)
                    .intoMemorySegment(AllMemory.SEGMENT, upper + i, LITTLE_ENDIAN);
        }
        for (; i < half; i++) {
            int both = memory.get(ValueLayout.JAVA_BYTE, at + i);
            target.set(ValueLayout.JAVA_BYTE, to + i, (byte) ((both & 15) - 8));
            target.set(ValueLayout.JAVA_BYTE, to + half + i, (byte) ((both >> 4 & 15) - 8));
        }
    }

    static void add4x4(MemorySegment memory, long matrixAt, Product product, int row, int column) {
        float[] factors = product.factors;
        float[] sums = product.sums;
        int width = product.width;
        int first = row * width + column;
        FloatVector s00 = FloatVector.fromArray(F, sums, first);
        FloatVector s01 = FloatVector.fromArray(F, sums, first + LANES);
        FloatVector s02 = FloatVector.fromArray(F, sums, first + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(F, sums, first + 3 * LANES);
        FloatVector s10 = FloatVector.fromArray(F, sums, first + width);
        FloatVector s11 = FloatVector.fromArray(F, sums, first + LANES + width);
        FloatVector s12 = FloatVector.fromArray(F, sums, first + 2 * LANES + width);
        FloatVector s13 = FloatVector.fromArray(F, sums, first + 3 * LANES + width);
        FloatVector s20 = FloatVector.fromArray(F, sums, first + 2 * width);
        FloatVector s21 = FloatVector.fromArray(F, sums, first + LANES + 2 * width);
        FloatVector s22 = FloatVector.fromArray(F, sums, first + 2 * LANES + 2 * width);
        FloatVector s23 = FloatVector.fromArray(F, sums, first + 3 * LANES + 2 * width);
        FloatVector s30 = FloatVector.fromArray(F, sums, first + 3 * width);
        FloatVector s31 = FloatVector.fromArray(F, sums, first + LANES + 3 * width);
        FloatVector s32 = FloatVector.fromArray(F, sums, first + 2 * LANES + 3 * width);
        FloatVector s33 = FloatVector.fromArray(F, sums, first + 3 * LANES + 3 * width);
        long step = step(product, TILE * Byte.BYTES, column);
        long start = memory.address() + matrixAt + product.offset(column);
        int factor = row * product.factorStride;
        int factorStride = product.factorStride;
        for (int i = product.from; i < product.to; i++) {
            long at = start + i * step & AllMemory.ADDRESSES;
            FloatVector n0 = ((IntVector) ByteVector.fromMemorySegment(B, AllMemory.SEGMENT, at, LITTLE_ENDIAN)
                            .convertShape(B2I, I, 0))
                    .add(EXPONENT)
                    .reinterpretAsFloats()
                    .sub(SHIFT);
            FloatVector n1 = ((IntVector) ByteVector.fromMemorySegment(
                                    B, AllMemory.SEGMENT, at + 1 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 1 % SHARING))
                    .add(EXPONENT)
                    .reinterpretAsFloats()
                    .sub(SHIFT);
            FloatVector n2 = ((IntVector) ByteVector.fromMemorySegment(
                                    B, AllMemory.SEGMENT, at + 2 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 2 % SHARING))
                    .add(EXPONENT)
                    .reinterpretAsFloats()
                    .sub(SHIFT);
            FloatVector n3 = ((IntVector) ByteVector.fromMemorySegment(
                                    B, AllMemory.SEGMENT, at + 3 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 3 % SHARING))
                    .add(EXPONENT)
                    .reinterpretAsFloats()
                    .sub(SHIFT);
            FloatVector f0 = FloatVector.broadcast(F, factors[factor + i]);
            s00 = f0.fma(n0, s00);
            s01 = f0.fma(n1, s01);
            s02 = f0.fma(n2, s02);
            s03 = f0.fma(n3, s03);
            FloatVector f1 = FloatVector.broadcast(F, factors[factor + factorStride + i]);
            s10 = f1.fma(n0, s10);
            s11 = f1.fma(n1, s11);
            s12 = f1.fma(n2, s12);
            s13 = f1.fma(n3, s13);
            FloatVector f2 = FloatVector.broadcast(F, factors[factor + 2 * factorStride + i]);
            s20 = f2.fma(n0, s20);
            s21 = f2.fma(n1, s21);
            s22 = f2.fma(n2, s22);
            s23 = f2.fma(n3, s23);
            FloatVector f3 = FloatVector.broadcast(F, factors[factor + 3 * factorStride + i]);
            s30 = f3.fma(n0, s30);
            s31 = f3.fma(n1, s31);
            s32 = f3.fma(n2, s32);
            s33 = f3.fma(n3, s33);
        }
        s00.intoArray(sums, first);
        s01.intoArray(sums, first + LANES);
        s02.intoArray(sums, first + 2 * LANES);
        s03.intoArray(sums, first + 3 * LANES);
        s10.intoArray(sums, first + width);
        s11.intoArray(sums, first + LANES + width);
        s12.intoArray(sums, first + 2 * LANES + width);
        s13.intoArray(sums, first + 3 * LANES + width);
        s20.intoArray(sums, first + 2 * width);
        s21.intoArray(sums, first + LANES + 2 * width);
        s22.intoArray(sums, first + 2 * LANES + 2 * width);
        s23.intoArray(sums, first + 3 * LANES + 2 * width);
        s30.intoArray(sums, first + 3 * width);
        s31.intoArray(sums, first + LANES + 3 * width);
        s32.intoArray(sums, first + 2 * LANES + 3 * width);
        s33.intoArray(sums, first + 3 * LANES + 3 * width);
    }

    static void add4x2(MemorySegment memory, long matrixAt, Product product, int row, int column) {
        float[] factors = product.factors;
        float[] sums = product.sums;
        int width = product.width;
        int first = row * width + column;
        FloatVector s00 = FloatVector.fromArray(F, sums, first);
        FloatVector s01 = FloatVector.fromArray(F, sums, first + LANES);
        FloatVector s10 = FloatVector.fromArray(F, sums, first + width);
        FloatVector s11 = FloatVector.fromArray(F, sums, first + LANES + width);
        FloatVector s20 = FloatVector.fromArray(F, sums, first + 2 * width);
        FloatVector s21 = FloatVector.fromArray(F, sums, first + LANES + 2 * width);
        FloatVector s30 = FloatVector.fromArray(F, sums, first + 3 * width);
        FloatVector s31 = FloatVector.fromArray(F, sums, first + LANES + 3 * width);
        long step = step(product, TILE / 2 * Byte.BYTES, column);
        long start = memory.address() + matrixAt + product.offset(column);
        int factor = row * product.factorStride;
        int factorStride = product.factorStride;
        for (int i = product.from; i < product.to; i++) {
            long at = start + i * step & AllMemory.ADDRESSES;
            FloatVector n0 = ((IntVector) ByteVector.fromMemorySegment(B, AllMemory.SEGMENT, at, LITTLE_ENDIAN)
                            .convertShape(B2I, I, 0))
                    .add(EXPONENT)
                    .reinterpretAsFloats()
                    .sub(SHIFT);
            FloatVector n1 = ((IntVector) ByteVector.fromMemorySegment(
                                    B, AllMemory.SEGMENT, at + 1 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 1 % SHARING))
                    .add(EXPONENT)
                    .reinterpretAsFloats()
                    .sub(SHIFT);
            FloatVector f0 = FloatVector.broadcast(F, factors[factor + i]);
            s00 = f0.fma(n0, s00);
            s01 = f0.fma(n1, s01);
            FloatVector f1 = FloatVector.broadcast(F, factors[factor + factorStride + i]);
            s10 = f1.fma(n0, s10);
            s11 = f1.fma(n1, s11);
            FloatVector f2 = FloatVector.broadcast(F, factors[factor + 2 * factorStride + i]);
            s20 = f2.fma(n0, s20);
            s21 = f2.fma(n1, s21);
            FloatVector f3 = FloatVector.broadcast(F, factors[factor + 3 * factorStride + i]);
            s30 = f3.fma(n0, s30);
            s31 = f3.fma(n1, s31);
        }
        s00.intoArray(sums, first);
        s01.intoArray(sums, first + LANES);
        s10.intoArray(sums, first + width);
        s11.intoArray(sums, first + LANES + width);
        s20.intoArray(sums, first + 2 * width);
        s21.intoArray(sums, first + LANES + 2 * width);
        s30.intoArray(sums, first + 3 * width);
        s31.intoArray(sums, first + LANES + 3 * width);
    }

    static void add1x4(MemorySegment memory, long matrixAt, Product product, int row, int column) {
        float[] factors = product.factors;
        float[] sums = product.sums;
        int width = product.width;
        int first = row * width + column;
        FloatVector s00 = FloatVector.fromArray(F, sums, first);
        FloatVector s01 = FloatVector.fromArray(F, sums, first + LANES);
        FloatVector s02 = FloatVector.fromArray(F, sums, first + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(F, sums, first + 3 * LANES);
        long step = step(product, TILE * Byte.BYTES, column);
        long start = memory.address() + matrixAt + product.offset(column);
        int factor = row * product.factorStride;
        int i = product.from;
        long end = start + product.to * step;
        for (long next = start + i * step; next != end; next += step, i++) {
            long at = next & AllMemory.ADDRESSES;
            FloatVector n0 = ((IntVector) ByteVector.fromMemorySegment(B, AllMemory.SEGMENT, at, LITTLE_ENDIAN)
                            .convertShape(B2I, I, 0))
                    .add(EXPONENT)
                    .reinterpretAsFloats()
                    .sub(SHIFT);
            FloatVector n1 = ((IntVector) ByteVector.fromMemorySegment(
                                    B, AllMemory.SEGMENT, at + 1 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 1 % SHARING))
                    .add(EXPONENT)
                    .reinterpretAsFloats()
                    .sub(SHIFT);
            FloatVector n2 = ((IntVector) ByteVector.fromMemorySegment(
                                    B, AllMemory.SEGMENT, at + 2 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 2 % SHARING))
                    .add(EXPONENT)
                    .reinterpretAsFloats()
                    .sub(SHIFT);
            FloatVector n3 = ((IntVector) ByteVector.fromMemorySegment(
                                    B, AllMemory.SEGMENT, at + 3 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 3 % SHARING))
                    .add(EXPONENT)
                    .reinterpretAsFloats()
                    .sub(SHIFT);
            FloatVector f0 = FloatVector.broadcast(F, factors[factor + i]);
            s00 = f0.fma(n0, s00);
            s01 = f0.fma(n1, s01);
            s02 = f0.fma(n2, s02);
            s03 = f0.fma(n3, s03);
        }
        s00.intoArray(sums, first);
        s01.intoArray(sums, first + LANES);
        s02.intoArray(sums, first + 2 * LANES);
        s03.intoArray(sums, first + 3 * LANES);
    }

    static void add1x2(MemorySegment memory, long matrixAt, Product product, int row, int column) {
        float[] factors = product.factors;
        float[] sums = product.sums;
        int width = product.width;
        int first = row * width + column;
        FloatVector s00 = FloatVector.fromArray(F, sums, first);
        FloatVector s01 = FloatVector.fromArray(F, sums, first + LANES);
        long step = step(product, TILE / 2 * Byte.BYTES, column);
        long start = memory.address() + matrixAt + product.offset(column);
        int factor = row * product.factorStride;
        for (int i = product.from; i < product.to; i++) {
            long at = start + i * step & AllMemory.ADDRESSES;
            FloatVector n0 = ((IntVector) ByteVector.fromMemorySegment(B, AllMemory.SEGMENT, at, LITTLE_ENDIAN)
                            .convertShape(B2I, I, 0))
                    .add(EXPONENT)
                    .reinterpretAsFloats()
                    .sub(SHIFT);
            FloatVector n1 = ((IntVector) ByteVector.fromMemorySegment(
                                    B, AllMemory.SEGMENT, at + 1 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 1 % SHARING))
                    .add(EXPONENT)
                    .reinterpretAsFloats()
                    .sub(SHIFT);
            FloatVector f0 = FloatVector.broadcast(F, factors[factor + i]);
            s00 = f0.fma(n0, s00);
            s01 = f0.fma(n1, s01);
        }
        s00.intoArray(sums, first);
        s01.intoArray(sums, first + LANES);
    }
}
