package h2eal.runtime.page;

import static h2eal.runtime.page.VectorPageKernels.TILE;
import static h2eal.runtime.page.VectorPageKernels.step;
import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static h2eal.runtime.vector.VectorShapes.VECTOR_BYTES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import h2eal.runtime.memory.AllMemory;
import h2eal.runtime.page.QueryRows.Product;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Register tiles over F32 pages: rows x vectors of accumulators in named locals, because vectors kept in arrays are
/// boxed; and without helper methods, because the compiler stops inlining in methods of this size and boxes what it
/// passes. Each number loaded serves all rows of the tile.
///
/// What a row of the tile uses last is loaded first (JDK 25): hence the order 1, 2, 3, 0, which reads lines in the
/// order they lie, 15 % faster from memory.
///
/// The loop of a single row counts in bytes, so that the compiler does not unroll it: copies of one load are several
/// streams to the prefetcher of Zen 5, and F16 pages came in at 22 GB/s where one load reads 35.
final class F32Tiles {

    private F32Tiles() {}

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
        long step = step(product, TILE * Float.BYTES, column);
        long start = memory.address() + matrixAt + product.offset(column);
        int factor = row * product.factorStride;
        int factorStride = product.factorStride;
        for (int i = product.from; i < product.to; i++) {
            long at = start + i * step & AllMemory.ADDRESSES;
            FloatVector n0 = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, at, LITTLE_ENDIAN);
            FloatVector n1 = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, at + VECTOR_BYTES, LITTLE_ENDIAN);
            FloatVector n2 = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, at + 2 * VECTOR_BYTES, LITTLE_ENDIAN);
            FloatVector n3 = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, at + 3 * VECTOR_BYTES, LITTLE_ENDIAN);
            FloatVector f0 = FloatVector.broadcast(F, factors[factor + i]);
            s01 = f0.fma(n1, s01);
            s02 = f0.fma(n2, s02);
            s03 = f0.fma(n3, s03);
            s00 = f0.fma(n0, s00);
            FloatVector f1 = FloatVector.broadcast(F, factors[factor + factorStride + i]);
            s11 = f1.fma(n1, s11);
            s12 = f1.fma(n2, s12);
            s13 = f1.fma(n3, s13);
            s10 = f1.fma(n0, s10);
            FloatVector f2 = FloatVector.broadcast(F, factors[factor + 2 * factorStride + i]);
            s21 = f2.fma(n1, s21);
            s22 = f2.fma(n2, s22);
            s23 = f2.fma(n3, s23);
            s20 = f2.fma(n0, s20);
            FloatVector f3 = FloatVector.broadcast(F, factors[factor + 3 * factorStride + i]);
            s31 = f3.fma(n1, s31);
            s32 = f3.fma(n2, s32);
            s33 = f3.fma(n3, s33);
            s30 = f3.fma(n0, s30);
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
        long step = step(product, TILE / 2 * Float.BYTES, column);
        long start = memory.address() + matrixAt + product.offset(column);
        int factor = row * product.factorStride;
        int factorStride = product.factorStride;
        for (int i = product.from; i < product.to; i++) {
            long at = start + i * step & AllMemory.ADDRESSES;
            FloatVector n0 = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, at, LITTLE_ENDIAN);
            FloatVector n1 = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, at + VECTOR_BYTES, LITTLE_ENDIAN);
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
        long step = step(product, TILE * Float.BYTES, column);
        long start = memory.address() + matrixAt + product.offset(column);
        int factor = row * product.factorStride;
        int i = product.from;
        long end = start + product.to * step;
        for (long next = start + i * step; next != end; next += step, i++) {
            long at = next & AllMemory.ADDRESSES;
            FloatVector n0 = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, at, LITTLE_ENDIAN);
            FloatVector n1 = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, at + VECTOR_BYTES, LITTLE_ENDIAN);
            FloatVector n2 = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, at + 2 * VECTOR_BYTES, LITTLE_ENDIAN);
            FloatVector n3 = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, at + 3 * VECTOR_BYTES, LITTLE_ENDIAN);
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
        long step = step(product, TILE / 2 * Float.BYTES, column);
        long start = memory.address() + matrixAt + product.offset(column);
        int factor = row * product.factorStride;
        for (int i = product.from; i < product.to; i++) {
            long at = start + i * step & AllMemory.ADDRESSES;
            FloatVector n0 = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, at, LITTLE_ENDIAN);
            FloatVector n1 = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, at + VECTOR_BYTES, LITTLE_ENDIAN);
            FloatVector f0 = FloatVector.broadcast(F, factors[factor + i]);
            s00 = f0.fma(n0, s00);
            s01 = f0.fma(n1, s01);
        }
        s00.intoArray(sums, first);
        s01.intoArray(sums, first + LANES);
    }
}
