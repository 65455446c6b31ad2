package h2eal.runtime.page;

import static h2eal.runtime.page.VectorPageKernels.TILE;
import static h2eal.runtime.page.VectorPageKernels.step;
import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static h2eal.runtime.vector.VectorShapes.VECTOR_BYTES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import h2eal.runtime.memory.AllMemory;
import h2eal.runtime.page.QueryRows.Product;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Register tiles over pages whose numbers lie in pairs, F16 and BF16, see [F32Tiles]. A 32-bit word holds two numbers
/// that lie 16 apart; a shift and a mask bring their bits to where a float has its exponent and fraction. For halves
/// that makes numbers 2^112 too small: that factor is in the queries and in the weights. There are no infinities and no
/// denormals in a page. Shift and mask are vectors, so that one loop serves both types at the price of constants.
final class PairTiles {

    /// Bytes of 32 numbers, which lie in pairs.
    private static final long RUN = 64;

    private PairTiles() {}

    /// Index of the number that is stored at the even place `stored` of a row; the one stored next to it is 16 further.
    private static int place(int stored) {
        return (stored & ~31) + (stored >> 1 & 15);
    }

    /// Writes the numbers of the page at `pageAt` as floats to the start of `target`: a run of 32 becomes two of 16.
    static void unpack(PageLayout layout, MemorySegment memory, long pageAt, MemorySegment target) {
        IntVector shift = IntVector.broadcast(I, layout.type().pairShift());
        IntVector mask = IntVector.broadcast(I, layout.type().pairMask());
        float factor = layout.type().pairFactor();
        for (long run = 0; run < layout.pageBytes(); run += RUN) {
            for (int lane = 0; lane < 16; lane += LANES) {
                long at = run + lane * Float.BYTES;
                long first = at + run;
                IntVector pairs = IntVector.fromMemorySegment(I, memory, pageAt + at, LITTLE_ENDIAN);
                pairs.lanewise(LSHL, 16)
                        .lanewise(ASHR, shift)
                        .and(mask)
                        .reinterpretAsFloats()
                        .mul(factor)
                        .intoMemorySegment(target, first, LITTLE_ENDIAN);
                pairs.lanewise(ASHR, shift)
                        .and(mask)
                        .reinterpretAsFloats()
                        .mul(factor)
                        .intoMemorySegment(target, first + RUN, LITTLE_ENDIAN);
            }
        }
    }

    static void add4x4(MemorySegment memory, long matrixAt, Product product, int row, int column) {
        IntVector shift = IntVector.broadcast(I, product.type.pairShift());
        IntVector mask = IntVector.broadcast(I, product.type.pairMask());
        float[] factors = product.factors;
        float[] sums = product.sums;
        int width = product.width;
        int first = row * width + place(column);
        int second = row * width + place(column + 2 * LANES);
        FloatVector s00 = FloatVector.fromArray(F, sums, first);
        FloatVector s01 = FloatVector.fromArray(F, sums, first + 16);
        FloatVector s02 = FloatVector.fromArray(F, sums, second);
        FloatVector s03 = FloatVector.fromArray(F, sums, second + 16);
        FloatVector s10 = FloatVector.fromArray(F, sums, first + width);
        FloatVector s11 = FloatVector.fromArray(F, sums, first + 16 + width);
        FloatVector s12 = FloatVector.fromArray(F, sums, second + width);
        FloatVector s13 = FloatVector.fromArray(F, sums, second + 16 + width);
        FloatVector s20 = FloatVector.fromArray(F, sums, first + 2 * width);
        FloatVector s21 = FloatVector.fromArray(F, sums, first + 16 + 2 * width);
        FloatVector s22 = FloatVector.fromArray(F, sums, second + 2 * width);
        FloatVector s23 = FloatVector.fromArray(F, sums, second + 16 + 2 * width);
        FloatVector s30 = FloatVector.fromArray(F, sums, first + 3 * width);
        FloatVector s31 = FloatVector.fromArray(F, sums, first + 16 + 3 * width);
        FloatVector s32 = FloatVector.fromArray(F, sums, second + 3 * width);
        FloatVector s33 = FloatVector.fromArray(F, sums, second + 16 + 3 * width);
        long step = step(product, TILE * Short.BYTES, column);
        long start = memory.address() + matrixAt + product.offset(column);
        int factor = row * product.factorStride;
        int factorStride = product.factorStride;
        for (int i = product.from; i < product.to; i++) {
            long at = start + i * step & AllMemory.ADDRESSES;
            IntVector pairs0 = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, at, LITTLE_ENDIAN);
            IntVector pairs1 = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, at + VECTOR_BYTES, LITTLE_ENDIAN);
            FloatVector n0 =
                    pairs0.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n1 = pairs0.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n2 =
                    pairs1.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n3 = pairs1.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
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
        s01.intoArray(sums, first + 16);
        s02.intoArray(sums, second);
        s03.intoArray(sums, second + 16);
        s10.intoArray(sums, first + width);
        s11.intoArray(sums, first + 16 + width);
        s12.intoArray(sums, second + width);
        s13.intoArray(sums, second + 16 + width);
        s20.intoArray(sums, first + 2 * width);
        s21.intoArray(sums, first + 16 + 2 * width);
        s22.intoArray(sums, second + 2 * width);
        s23.intoArray(sums, second + 16 + 2 * width);
        s30.intoArray(sums, first + 3 * width);
        s31.intoArray(sums, first + 16 + 3 * width);
        s32.intoArray(sums, second + 3 * width);
        s33.intoArray(sums, second + 16 + 3 * width);
    }

    static void add4x2(MemorySegment memory, long matrixAt, Product product, int row, int column) {
        IntVector shift = IntVector.broadcast(I, product.type.pairShift());
        IntVector mask = IntVector.broadcast(I, product.type.pairMask());
        float[] factors = product.factors;
        float[] sums = product.sums;
        int width = product.width;
        int first = row * width + place(column);
        FloatVector s00 = FloatVector.fromArray(F, sums, first);
        FloatVector s01 = FloatVector.fromArray(F, sums, first + 16);
        FloatVector s10 = FloatVector.fromArray(F, sums, first + width);
        FloatVector s11 = FloatVector.fromArray(F, sums, first + 16 + width);
        FloatVector s20 = FloatVector.fromArray(F, sums, first + 2 * width);
        FloatVector s21 = FloatVector.fromArray(F, sums, first + 16 + 2 * width);
        FloatVector s30 = FloatVector.fromArray(F, sums, first + 3 * width);
        FloatVector s31 = FloatVector.fromArray(F, sums, first + 16 + 3 * width);
        long step = step(product, TILE / 2 * Short.BYTES, column);
        long start = memory.address() + matrixAt + product.offset(column);
        int factor = row * product.factorStride;
        int factorStride = product.factorStride;
        for (int i = product.from; i < product.to; i++) {
            long at = start + i * step & AllMemory.ADDRESSES;
            IntVector pairs0 = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, at, LITTLE_ENDIAN);
            FloatVector n0 =
                    pairs0.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n1 = pairs0.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
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
        s01.intoArray(sums, first + 16);
        s10.intoArray(sums, first + width);
        s11.intoArray(sums, first + 16 + width);
        s20.intoArray(sums, first + 2 * width);
        s21.intoArray(sums, first + 16 + 2 * width);
        s30.intoArray(sums, first + 3 * width);
        s31.intoArray(sums, first + 16 + 3 * width);
    }

    static void add1x4(MemorySegment memory, long matrixAt, Product product, int row, int column) {
        IntVector shift = IntVector.broadcast(I, product.type.pairShift());
        IntVector mask = IntVector.broadcast(I, product.type.pairMask());
        float[] factors = product.factors;
        float[] sums = product.sums;
        int width = product.width;
        int first = row * width + place(column);
        int second = row * width + place(column + 2 * LANES);
        FloatVector s00 = FloatVector.fromArray(F, sums, first);
        FloatVector s01 = FloatVector.fromArray(F, sums, first + 16);
        FloatVector s02 = FloatVector.fromArray(F, sums, second);
        FloatVector s03 = FloatVector.fromArray(F, sums, second + 16);
        long step = step(product, TILE * Short.BYTES, column);
        long start = memory.address() + matrixAt + product.offset(column);
        int factor = row * product.factorStride;
        int i = product.from;
        long end = start + product.to * step;
        for (long next = start + i * step; next != end; next += step, i++) {
            long at = next & AllMemory.ADDRESSES;
            IntVector pairs0 = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, at, LITTLE_ENDIAN);
            IntVector pairs1 = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, at + VECTOR_BYTES, LITTLE_ENDIAN);
            FloatVector n0 =
                    pairs0.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n1 = pairs0.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n2 =
                    pairs1.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n3 = pairs1.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector f0 = FloatVector.broadcast(F, factors[factor + i]);
            s00 = f0.fma(n0, s00);
            s01 = f0.fma(n1, s01);
            s02 = f0.fma(n2, s02);
            s03 = f0.fma(n3, s03);
        }
        s00.intoArray(sums, first);
        s01.intoArray(sums, first + 16);
        s02.intoArray(sums, second);
        s03.intoArray(sums, second + 16);
    }

    static void add1x2(MemorySegment memory, long matrixAt, Product product, int row, int column) {
        IntVector shift = IntVector.broadcast(I, product.type.pairShift());
        IntVector mask = IntVector.broadcast(I, product.type.pairMask());
        float[] factors = product.factors;
        float[] sums = product.sums;
        int width = product.width;
        int first = row * width + place(column);
        FloatVector s00 = FloatVector.fromArray(F, sums, first);
        FloatVector s01 = FloatVector.fromArray(F, sums, first + 16);
        long step = step(product, TILE / 2 * Short.BYTES, column);
        long start = memory.address() + matrixAt + product.offset(column);
        int factor = row * product.factorStride;
        for (int i = product.from; i < product.to; i++) {
            long at = start + i * step & AllMemory.ADDRESSES;
            IntVector pairs0 = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, at, LITTLE_ENDIAN);
            FloatVector n0 =
                    pairs0.lanewise(LSHL, 16).lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector n1 = pairs0.lanewise(ASHR, shift).and(mask).reinterpretAsFloats();
            FloatVector f0 = FloatVector.broadcast(F, factors[factor + i]);
            s00 = f0.fma(n0, s00);
            s01 = f0.fma(n1, s01);
        }
        s00.intoArray(sums, first);
        s01.intoArray(sums, first + 16);
    }
}
