package h2eal.runtime.kernel;

import static h2eal.runtime.vector.VectorShapes.B;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import h2eal.runtime.block.Blocks256;
import h2eal.runtime.memory.AllMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Rows of the K-quants that people's files are made of, decoded to f32 with the bits that [Blocks256] gives.
///
/// No helper methods: the compiler stops inlining in methods of this size and boxes the vectors it passes.
final class VectorSuperBlocks {

    /// Float vectors that one byte vector is widened to: 1, or 2 where floats are narrower than the least byte vector.
    private static final int SHARING = B.length() / LANES;

    private VectorSuperBlocks() {}

    /// Q2_K: 128 weights at a time, in eighths of 16; bytes of the bit pairs serve four of them.
    static void q2k(Weights weights, int row, float[] out, int outAt) {
        MemorySegment data = AllMemory.SEGMENT;
        long at = VectorDecode.address(weights, row);
        for (int end = outAt + weights.columns(); outAt < end; outAt += 256, at += 84) {
            float d = Float.float16ToFloat(data.get(Weights.SHORT, at + 80));
            float dMin = Float.float16ToFloat(data.get(Weights.SHORT, at + 82));
            for (int sub = 0; sub < 16; sub++) {
                int pair = data.get(ValueLayout.JAVA_BYTE, at + sub) & 0xFF;
                float scale = d * (pair & 15);
                float least = dMin * (pair >> 4);
                long bytesAt = at + 16 + sub / 8 * 32 + sub % 2 * 16;
                for (int part = 0; part < 16 / LANES; part++) {
                    int byteInPart = part / SHARING * B.length();
                    IntVector twos =
                            (IntVector) ByteVector.fromMemorySegment(B, data, bytesAt + byteInPart, LITTLE_ENDIAN)
                                    .convertShape(ZERO_EXTEND_B2I, I, part % SHARING);
                    FloatVector numbers = (FloatVector)
                            twos.lanewise(LSHR, sub / 2 % 4 * 2).and(3).convert(I2F, 0);
                    numbers.mul(scale).sub(least).intoArray(out, outAt + sub * 16 + part * LANES);
                }
            }
        }
    }

    /// Q3_K: as Q2_K, and byte i of the third bits holds those of weight i of eight pairs of sub-blocks.
    static void q3k(Weights weights, int row, float[] out, int outAt) {
        MemorySegment data = AllMemory.SEGMENT;
        long at = VectorDecode.address(weights, row);
        for (int end = outAt + weights.columns(); outAt < end; outAt += 256, at += 110) {
            float d = Float.float16ToFloat(data.get(Weights.SHORT, at + 108));
            for (int sub = 0; sub < 16; sub++) {
                float scale = d * Blocks256.scaleOfQ3k(data, at, sub);
                long twosAt = at + 32 + sub / 8 * 32 + sub % 2 * 16;
                for (int part = 0; part < 16 / LANES; part++) {
                    int byteInPart = part / SHARING * B.length();
                    IntVector twos =
                            (IntVector) ByteVector.fromMemorySegment(B, data, twosAt + byteInPart, LITTLE_ENDIAN)
                                    .convertShape(ZERO_EXTEND_B2I, I, part % SHARING);
                    IntVector thirds = (IntVector)
                            ByteVector.fromMemorySegment(B, data, at + sub % 2 * 16 + byteInPart, LITTLE_ENDIAN)
                                    .convertShape(ZERO_EXTEND_B2I, I, part % SHARING);
                    IntVector low = twos.lanewise(LSHR, sub / 2 % 4 * 2).and(3);
                    IntVector third = thirds.lanewise(LSHR, sub / 2).and(1).lanewise(LSHL, 2);
                    FloatVector numbers = (FloatVector) low.or(third).sub(4).convert(I2F, 0);
                    numbers.mul(scale).intoArray(out, outAt + sub * 16 + part * LANES);
                }
            }
        }
    }

    /// Q4_K: of two sub-blocks of 32 weights that share 32 bytes, the even one has the low nibbles.
    static void q4k(Weights weights, int row, float[] out, int outAt) {
        MemorySegment data = AllMemory.SEGMENT;
        long at = VectorDecode.address(weights, row);
        for (int end = outAt + weights.columns(); outAt < end; outAt += 256, at += 144) {
            float d = Float.float16ToFloat(data.get(Weights.SHORT, at));
            float dMin = Float.float16ToFloat(data.get(Weights.SHORT, at + 2));
            long scales = Blocks256.scales(data, at + 4);
            long leasts = Blocks256.leasts(data, at + 4);
            for (int sub = 0; sub < 8; sub += 2, scales >>= 16, leasts >>= 16) {
                float scale0 = d * (scales & 63);
                float least0 = dMin * (leasts & 63);
                float scale1 = d * (scales >> 8 & 63);
                float least1 = dMin * (leasts >> 8 & 63);
                long bytesAt = at + 16 + sub * 16L;
                int place = outAt + sub * 32;
                for (int part = 0; part < 32 / LANES; part += 2, place += 2 * LANES) {
                    long firstAt = bytesAt + part / SHARING * B.length();
                    long secondAt = bytesAt + (part + 1) / SHARING * B.length();
                    IntVector first = (IntVector) ByteVector.fromMemorySegment(B, data, firstAt, LITTLE_ENDIAN)
                            .convertShape(ZERO_EXTEND_B2I, I, 0);
                    IntVector second = (IntVector) ByteVector.fromMemorySegment(B, data, secondAt, LITTLE_ENDIAN)
                            .convertShape(ZERO_EXTEND_B2I, I, 1 % SHARING);
                    FloatVector low0 = (FloatVector) first.and(15).convert(I2F, 0);
                    FloatVector low1 = (FloatVector) second.and(15).convert(I2F, 0);
                    FloatVector high0 = (FloatVector) first.lanewise(LSHR, 4).convert(I2F, 0);
                    FloatVector high1 = (FloatVector) second.lanewise(LSHR, 4).convert(I2F, 0);
                    low0.mul(scale0).sub(least0).intoArray(out, place);
                    low1.mul(scale0).sub(least0).intoArray(out, place + LANES);
                    high0.mul(scale1).sub(least1).intoArray(out, place + 32);
                    high1.mul(scale1).sub(least1).intoArray(out, place + 32 + LANES);
                }
            }
        }
    }

    /// Q5_K: as Q4_K, and byte i of the fifth bits holds those of weight i of all eight sub-blocks.
    static void q5k(Weights weights, int row, float[] out, int outAt) {
        MemorySegment data = AllMemory.SEGMENT;
        long at = VectorDecode.address(weights, row);
        for (int end = outAt + weights.columns(); outAt < end; outAt += 256, at += 176) {
            float d = Float.float16ToFloat(data.get(Weights.SHORT, at));
            float dMin = Float.float16ToFloat(data.get(Weights.SHORT, at + 2));
            long scales = Blocks256.scales(data, at + 4);
            long leasts = Blocks256.leasts(data, at + 4);
            for (int sub = 0; sub < 8; sub += 2, scales >>= 16, leasts >>= 16) {
                float scale0 = d * (scales & 63);
                float least0 = dMin * (leasts & 63);
                float scale1 = d * (scales >> 8 & 63);
                float least1 = dMin * (leasts >> 8 & 63);
                for (int part = 0; part < 32 / LANES; part++) {
                    int byteInPart = part / SHARING * B.length();
                    IntVector pairs = (IntVector)
                            ByteVector.fromMemorySegment(B, data, at + 48 + sub * 16L + byteInPart, LITTLE_ENDIAN)
                                    .convertShape(ZERO_EXTEND_B2I, I, part % SHARING);
                    IntVector fifths =
                            (IntVector) ByteVector.fromMemorySegment(B, data, at + 16 + byteInPart, LITTLE_ENDIAN)
                                    .convertShape(ZERO_EXTEND_B2I, I, part % SHARING);
                    IntVector fifth0 = fifths.lanewise(LSHR, sub).and(1).lanewise(LSHL, 4);
                    IntVector fifth1 = fifths.lanewise(LSHR, sub + 1).and(1).lanewise(LSHL, 4);
                    FloatVector low = (FloatVector) pairs.and(15).or(fifth0).convert(I2F, 0);
                    FloatVector high =
                            (FloatVector) pairs.lanewise(LSHR, 4).or(fifth1).convert(I2F, 0);
                    int place = outAt + sub * 32 + part * LANES;
                    low.mul(scale0).sub(least0).intoArray(out, place);
                    high.mul(scale1).sub(least1).intoArray(out, place + 32);
                }
            }
        }
    }

    /// Q6_K: 128 weights at a time, in quarters of 32; bytes of the low nibbles serve quarters q and q + 2, bytes of
    /// the high bit pairs all four.
    static void q6k(Weights weights, int row, float[] out, int outAt) {
        MemorySegment data = AllMemory.SEGMENT;
        long at = VectorDecode.address(weights, row);
        for (int end = outAt + weights.columns(); outAt < end; outAt += 256, at += 210) {
            float d = Float.float16ToFloat(data.get(Weights.SHORT, at + 208));
            for (int sub = 0; sub < 16; sub++) {
                float scale = d * data.get(ValueLayout.JAVA_BYTE, at + 192 + sub);
                int quarter = sub % 8 / 2;
                long lowAt = at + sub / 8 * 64 + quarter % 2 * 32 + sub % 2 * 16;
                long highAt = at + 128 + sub / 8 * 32 + sub % 2 * 16;
                for (int part = 0; part < 16 / LANES; part++) {
                    int byteInPart = part / SHARING * B.length();
                    IntVector lows =
                            (IntVector) ByteVector.fromMemorySegment(B, data, lowAt + byteInPart, LITTLE_ENDIAN)
                                    .convertShape(ZERO_EXTEND_B2I, I, part % SHARING);
                    IntVector highs =
                            (IntVector) ByteVector.fromMemorySegment(B, data, highAt + byteInPart, LITTLE_ENDIAN)
                                    .convertShape(ZERO_EXTEND_B2I, I, part % SHARING);
                    IntVector low = lows.lanewise(LSHR, quarter / 2 * 4).and(15);
                    IntVector high = highs.lanewise(LSHR, quarter * 2).and(3).lanewise(LSHL, 4);
                    FloatVector numbers = (FloatVector) low.or(high).sub(32).convert(I2F, 0);
                    numbers.mul(scale).intoArray(out, outAt + sub * 16 + part * LANES);
                }
            }
        }
    }
}
