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

/// Register tiles over Q8 pages, see [F32Tiles]. The scales of keys and values are per token, so they multiply scores
/// and weights outside.
///
/// Bytes become floats in two conversions: of one, the compiler (JDK 25) makes a copy for every use, 13 conversions in
/// place of 4, and the tile is 1.6 times slower.
final class Q8Tiles {

    /// Float vectors that one byte vector is widened to: 1, or 2 where floats are narrower than the least byte vector.
    private static final int SHARING = B.length() / LANES;

    /// Numbers of a tile of four vectors, which is a strip where vectors have 512 bits.
    private static final int TILE = 4 * LANES;

    private Q8Tiles() {}

    /// Bytes from one row to the next of a strip that a tile of `width` numbers lies in. With vectors of 512 bits that
    /// is the tile itself: a constant, else the compiler checks the bounds of every load.
    private static long step(PageLayout layout, int width, int place, int stride) {
        return LANES == 16 ? width : layout.rowBytes(place, stride);
    }

    static void scores4x4(MemorySegment memory, long pageAt, QueryRows rows, int row, int slot) {
        float[] queries = rows.scaled;
        int headSize = rows.layout.headSize();
        long step = step(rows.layout, TILE, slot, rows.layout.keyStride());
        long at = pageAt + rows.layout.keyOffset(slot);
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
            FloatVector n0 = (FloatVector) ByteVector.fromMemorySegment(B, memory, at + i * step, LITTLE_ENDIAN)
                    .convertShape(B2I, I, 0)
                    .convert(I2F, 0);
            FloatVector n1 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + i * step + 1 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 1 % SHARING)
                            .convert(I2F, 0);
            FloatVector n2 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + i * step + 2 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 2 % SHARING)
                            .convert(I2F, 0);
            FloatVector n3 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + i * step + 3 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 3 % SHARING)
                            .convert(I2F, 0);
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
        int first = row * stride + slot;
        s00.intoArray(scores, first);
        s01.intoArray(scores, first + LANES);
        s02.intoArray(scores, first + 2 * LANES);
        s03.intoArray(scores, first + 3 * LANES);
        s10.intoArray(scores, first + stride);
        s11.intoArray(scores, first + LANES + stride);
        s12.intoArray(scores, first + 2 * LANES + stride);
        s13.intoArray(scores, first + 3 * LANES + stride);
        s20.intoArray(scores, first + 2 * stride);
        s21.intoArray(scores, first + LANES + 2 * stride);
        s22.intoArray(scores, first + 2 * LANES + 2 * stride);
        s23.intoArray(scores, first + 3 * LANES + 2 * stride);
        s30.intoArray(scores, first + 3 * stride);
        s31.intoArray(scores, first + LANES + 3 * stride);
        s32.intoArray(scores, first + 2 * LANES + 3 * stride);
        s33.intoArray(scores, first + 3 * LANES + 3 * stride);
    }

    static void values4x4(MemorySegment memory, long valuesAt, QueryRows rows, int row, int number) {
        float[] out = rows.out;
        float[] weights = rows.weights;
        int stride = rows.layout.valueStride();
        int keyStride = rows.layout.keyStride();
        int first = row * stride + number;
        FloatVector o00 = FloatVector.fromArray(F, out, first).mul(rows.rescale[row]);
        FloatVector o01 = FloatVector.fromArray(F, out, first + LANES).mul(rows.rescale[row]);
        FloatVector o02 = FloatVector.fromArray(F, out, first + 2 * LANES).mul(rows.rescale[row]);
        FloatVector o03 = FloatVector.fromArray(F, out, first + 3 * LANES).mul(rows.rescale[row]);
        FloatVector o10 = FloatVector.fromArray(F, out, first + stride).mul(rows.rescale[row + 1]);
        FloatVector o11 = FloatVector.fromArray(F, out, first + LANES + stride).mul(rows.rescale[row + 1]);
        FloatVector o12 =
                FloatVector.fromArray(F, out, first + 2 * LANES + stride).mul(rows.rescale[row + 1]);
        FloatVector o13 =
                FloatVector.fromArray(F, out, first + 3 * LANES + stride).mul(rows.rescale[row + 1]);
        FloatVector o20 = FloatVector.fromArray(F, out, first + 2 * stride).mul(rows.rescale[row + 2]);
        FloatVector o21 =
                FloatVector.fromArray(F, out, first + LANES + 2 * stride).mul(rows.rescale[row + 2]);
        FloatVector o22 =
                FloatVector.fromArray(F, out, first + 2 * LANES + 2 * stride).mul(rows.rescale[row + 2]);
        FloatVector o23 =
                FloatVector.fromArray(F, out, first + 3 * LANES + 2 * stride).mul(rows.rescale[row + 2]);
        FloatVector o30 = FloatVector.fromArray(F, out, first + 3 * stride).mul(rows.rescale[row + 3]);
        FloatVector o31 =
                FloatVector.fromArray(F, out, first + LANES + 3 * stride).mul(rows.rescale[row + 3]);
        FloatVector o32 =
                FloatVector.fromArray(F, out, first + 2 * LANES + 3 * stride).mul(rows.rescale[row + 3]);
        FloatVector o33 =
                FloatVector.fromArray(F, out, first + 3 * LANES + 3 * stride).mul(rows.rescale[row + 3]);
        long step = step(rows.layout, TILE, number, rows.layout.valueStride());
        long at = valuesAt + rows.layout.valueOffset(number);
        int weight = row * keyStride;
        for (int slot = rows.fromSlot; slot < rows.toSlot; slot++) {
            FloatVector n0 = (FloatVector) ByteVector.fromMemorySegment(B, memory, at + slot * step, LITTLE_ENDIAN)
                    .convertShape(B2I, I, 0)
                    .convert(I2F, 0);
            FloatVector n1 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + slot * step + 1 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 1 % SHARING)
                            .convert(I2F, 0);
            FloatVector n2 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + slot * step + 2 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 2 % SHARING)
                            .convert(I2F, 0);
            FloatVector n3 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + slot * step + 3 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 3 % SHARING)
                            .convert(I2F, 0);
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
        o01.intoArray(out, first + LANES);
        o02.intoArray(out, first + 2 * LANES);
        o03.intoArray(out, first + 3 * LANES);
        o10.intoArray(out, first + stride);
        o11.intoArray(out, first + LANES + stride);
        o12.intoArray(out, first + 2 * LANES + stride);
        o13.intoArray(out, first + 3 * LANES + stride);
        o20.intoArray(out, first + 2 * stride);
        o21.intoArray(out, first + LANES + 2 * stride);
        o22.intoArray(out, first + 2 * LANES + 2 * stride);
        o23.intoArray(out, first + 3 * LANES + 2 * stride);
        o30.intoArray(out, first + 3 * stride);
        o31.intoArray(out, first + LANES + 3 * stride);
        o32.intoArray(out, first + 2 * LANES + 3 * stride);
        o33.intoArray(out, first + 3 * LANES + 3 * stride);
    }

    static void scores4x2(MemorySegment memory, long pageAt, QueryRows rows, int row, int slot) {
        float[] queries = rows.scaled;
        int headSize = rows.layout.headSize();
        long step = step(rows.layout, TILE / 2, slot, rows.layout.keyStride());
        long at = pageAt + rows.layout.keyOffset(slot);
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
            FloatVector n0 = (FloatVector) ByteVector.fromMemorySegment(B, memory, at + i * step, LITTLE_ENDIAN)
                    .convertShape(B2I, I, 0)
                    .convert(I2F, 0);
            FloatVector n1 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + i * step + 1 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 1 % SHARING)
                            .convert(I2F, 0);
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
        int first = row * stride + slot;
        s00.intoArray(scores, first);
        s01.intoArray(scores, first + LANES);
        s10.intoArray(scores, first + stride);
        s11.intoArray(scores, first + LANES + stride);
        s20.intoArray(scores, first + 2 * stride);
        s21.intoArray(scores, first + LANES + 2 * stride);
        s30.intoArray(scores, first + 3 * stride);
        s31.intoArray(scores, first + LANES + 3 * stride);
    }

    static void values4x2(MemorySegment memory, long valuesAt, QueryRows rows, int row, int number) {
        float[] out = rows.out;
        float[] weights = rows.weights;
        int stride = rows.layout.valueStride();
        int keyStride = rows.layout.keyStride();
        int first = row * stride + number;
        FloatVector o00 = FloatVector.fromArray(F, out, first).mul(rows.rescale[row]);
        FloatVector o01 = FloatVector.fromArray(F, out, first + LANES).mul(rows.rescale[row]);
        FloatVector o10 = FloatVector.fromArray(F, out, first + stride).mul(rows.rescale[row + 1]);
        FloatVector o11 = FloatVector.fromArray(F, out, first + LANES + stride).mul(rows.rescale[row + 1]);
        FloatVector o20 = FloatVector.fromArray(F, out, first + 2 * stride).mul(rows.rescale[row + 2]);
        FloatVector o21 =
                FloatVector.fromArray(F, out, first + LANES + 2 * stride).mul(rows.rescale[row + 2]);
        FloatVector o30 = FloatVector.fromArray(F, out, first + 3 * stride).mul(rows.rescale[row + 3]);
        FloatVector o31 =
                FloatVector.fromArray(F, out, first + LANES + 3 * stride).mul(rows.rescale[row + 3]);
        long step = step(rows.layout, TILE / 2, number, rows.layout.valueStride());
        long at = valuesAt + rows.layout.valueOffset(number);
        int weight = row * keyStride;
        for (int slot = rows.fromSlot; slot < rows.toSlot; slot++) {
            FloatVector n0 = (FloatVector) ByteVector.fromMemorySegment(B, memory, at + slot * step, LITTLE_ENDIAN)
                    .convertShape(B2I, I, 0)
                    .convert(I2F, 0);
            FloatVector n1 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + slot * step + 1 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 1 % SHARING)
                            .convert(I2F, 0);
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
        o01.intoArray(out, first + LANES);
        o10.intoArray(out, first + stride);
        o11.intoArray(out, first + LANES + stride);
        o20.intoArray(out, first + 2 * stride);
        o21.intoArray(out, first + LANES + 2 * stride);
        o30.intoArray(out, first + 3 * stride);
        o31.intoArray(out, first + LANES + 3 * stride);
    }

    static void scores1x4(MemorySegment memory, long pageAt, QueryRows rows, int row, int slot) {
        float[] queries = rows.scaled;
        int headSize = rows.layout.headSize();
        long step = step(rows.layout, TILE, slot, rows.layout.keyStride());
        long at = pageAt + rows.layout.keyOffset(slot);
        int query = rows.scaledAt(row);
        FloatVector s00 = FloatVector.zero(F);
        FloatVector s01 = FloatVector.zero(F);
        FloatVector s02 = FloatVector.zero(F);
        FloatVector s03 = FloatVector.zero(F);
        for (int i = 0; i < headSize; i++) {
            FloatVector n0 = (FloatVector) ByteVector.fromMemorySegment(B, memory, at + i * step, LITTLE_ENDIAN)
                    .convertShape(B2I, I, 0)
                    .convert(I2F, 0);
            FloatVector n1 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + i * step + 1 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 1 % SHARING)
                            .convert(I2F, 0);
            FloatVector n2 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + i * step + 2 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 2 % SHARING)
                            .convert(I2F, 0);
            FloatVector n3 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + i * step + 3 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 3 % SHARING)
                            .convert(I2F, 0);
            FloatVector q0 = FloatVector.broadcast(F, queries[query + 4 * i]);
            s00 = q0.fma(n0, s00);
            s01 = q0.fma(n1, s01);
            s02 = q0.fma(n2, s02);
            s03 = q0.fma(n3, s03);
        }
        float[] scores = rows.weights;
        int stride = rows.layout.keyStride();
        int first = row * stride + slot;
        s00.intoArray(scores, first);
        s01.intoArray(scores, first + LANES);
        s02.intoArray(scores, first + 2 * LANES);
        s03.intoArray(scores, first + 3 * LANES);
    }

    static void values1x4(MemorySegment memory, long valuesAt, QueryRows rows, int row, int number) {
        float[] out = rows.out;
        float[] weights = rows.weights;
        int stride = rows.layout.valueStride();
        int keyStride = rows.layout.keyStride();
        int first = row * stride + number;
        FloatVector o00 = FloatVector.fromArray(F, out, first).mul(rows.rescale[row]);
        FloatVector o01 = FloatVector.fromArray(F, out, first + LANES).mul(rows.rescale[row]);
        FloatVector o02 = FloatVector.fromArray(F, out, first + 2 * LANES).mul(rows.rescale[row]);
        FloatVector o03 = FloatVector.fromArray(F, out, first + 3 * LANES).mul(rows.rescale[row]);
        long step = step(rows.layout, TILE, number, rows.layout.valueStride());
        long at = valuesAt + rows.layout.valueOffset(number);
        int weight = row * keyStride;
        for (int slot = rows.fromSlot; slot < rows.toSlot; slot++) {
            FloatVector n0 = (FloatVector) ByteVector.fromMemorySegment(B, memory, at + slot * step, LITTLE_ENDIAN)
                    .convertShape(B2I, I, 0)
                    .convert(I2F, 0);
            FloatVector n1 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + slot * step + 1 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 1 % SHARING)
                            .convert(I2F, 0);
            FloatVector n2 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + slot * step + 2 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 2 % SHARING)
                            .convert(I2F, 0);
            FloatVector n3 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + slot * step + 3 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 3 % SHARING)
                            .convert(I2F, 0);
            FloatVector w0 = FloatVector.broadcast(F, weights[weight + slot]);
            o00 = w0.fma(n0, o00);
            o01 = w0.fma(n1, o01);
            o02 = w0.fma(n2, o02);
            o03 = w0.fma(n3, o03);
        }
        o00.intoArray(out, first);
        o01.intoArray(out, first + LANES);
        o02.intoArray(out, first + 2 * LANES);
        o03.intoArray(out, first + 3 * LANES);
    }

    static void scores1x2(MemorySegment memory, long pageAt, QueryRows rows, int row, int slot) {
        float[] queries = rows.scaled;
        int headSize = rows.layout.headSize();
        long step = step(rows.layout, TILE / 2, slot, rows.layout.keyStride());
        long at = pageAt + rows.layout.keyOffset(slot);
        int query = rows.scaledAt(row);
        FloatVector s00 = FloatVector.zero(F);
        FloatVector s01 = FloatVector.zero(F);
        for (int i = 0; i < headSize; i++) {
            FloatVector n0 = (FloatVector) ByteVector.fromMemorySegment(B, memory, at + i * step, LITTLE_ENDIAN)
                    .convertShape(B2I, I, 0)
                    .convert(I2F, 0);
            FloatVector n1 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + i * step + 1 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 1 % SHARING)
                            .convert(I2F, 0);
            FloatVector q0 = FloatVector.broadcast(F, queries[query + 4 * i]);
            s00 = q0.fma(n0, s00);
            s01 = q0.fma(n1, s01);
        }
        float[] scores = rows.weights;
        int stride = rows.layout.keyStride();
        int first = row * stride + slot;
        s00.intoArray(scores, first);
        s01.intoArray(scores, first + LANES);
    }

    static void values1x2(MemorySegment memory, long valuesAt, QueryRows rows, int row, int number) {
        float[] out = rows.out;
        float[] weights = rows.weights;
        int stride = rows.layout.valueStride();
        int keyStride = rows.layout.keyStride();
        int first = row * stride + number;
        FloatVector o00 = FloatVector.fromArray(F, out, first).mul(rows.rescale[row]);
        FloatVector o01 = FloatVector.fromArray(F, out, first + LANES).mul(rows.rescale[row]);
        long step = step(rows.layout, TILE / 2, number, rows.layout.valueStride());
        long at = valuesAt + rows.layout.valueOffset(number);
        int weight = row * keyStride;
        for (int slot = rows.fromSlot; slot < rows.toSlot; slot++) {
            FloatVector n0 = (FloatVector) ByteVector.fromMemorySegment(B, memory, at + slot * step, LITTLE_ENDIAN)
                    .convertShape(B2I, I, 0)
                    .convert(I2F, 0);
            FloatVector n1 = (FloatVector)
                    ByteVector.fromMemorySegment(B, memory, at + slot * step + 1 / SHARING * B.length(), LITTLE_ENDIAN)
                            .convertShape(B2I, I, 1 % SHARING)
                            .convert(I2F, 0);
            FloatVector w0 = FloatVector.broadcast(F, weights[weight + slot]);
            o00 = w0.fma(n0, o00);
            o01 = w0.fma(n1, o01);
        }
        o00.intoArray(out, first);
        o01.intoArray(out, first + LANES);
    }
}
