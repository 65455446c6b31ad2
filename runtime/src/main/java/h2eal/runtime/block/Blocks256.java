package h2eal.runtime.block;

import java.lang.foreign.MemorySegment;

/// Blocks of 256 weights (K-quants, and IQ4_XS): sub-blocks of 16 or 32 weights have small scales of their own, which a
/// scale of the whole block multiplies.
public final class Blocks256 {

    private static final int SIX_BITS = 0x3F3F3F3F;
    private static final int FOUR_BITS = 0x0F0F0F0F;
    private static final int UPPER_TWO_OF_SIX = 0x30303030;

    private Blocks256() {}

    /// `w = d * scale * q - dMin * least`: 16 bytes of (scale, least) nibbles, 2-bit weights, f16 d, f16 dMin.
    public static void q2k(MemorySegment data, long at, float[] out, int outAt) {
        float d = Bytes.half(data, at + 80);
        float dMin = Bytes.half(data, at + 82);
        for (int sub = 0; sub < 16; sub++) {
            int pair = Bytes.unsigned(data, at + sub);
            float scale = d * (pair & 15);
            float least = dMin * (pair >> 4);
            for (int i = 0; i < 16; i++) {
                out[outAt + sub * 16 + i] = scale * numberOfQ2k(data, at, sub, i) - least;
            }
        }
    }

    /// The two bits of weight `i` of sub-block `sub` of a block of Q2_K.
    public static int numberOfQ2k(MemorySegment data, long at, int sub, int i) {
        return twoBits(data, at + 16, sub, i);
    }

    /// `w = d * (scale - 32) * (q - 4)`: third bits, 2-bit weights, 16 scales of 6 bits, f16 d.
    public static void q3k(MemorySegment data, long at, float[] out, int outAt) {
        float d = Bytes.half(data, at + 108);
        for (int sub = 0; sub < 16; sub++) {
            float scale = d * scaleOfQ3k(data, at, sub);
            for (int i = 0; i < 16; i++) {
                out[outAt + sub * 16 + i] = scale * (numberOfQ3k(data, at, sub, i) - 4);
            }
        }
    }

    /// The scale of sub-block `sub` of a block of Q3_K, from -32.
    public static int scaleOfQ3k(MemorySegment data, long at, int sub) {
        int low = Bytes.unsigned(data, at + 96 + sub % 8) >> (sub < 8 ? 0 : 4) & 15;
        int high = Bytes.unsigned(data, at + 104 + sub % 4) >> 2 * (sub / 4) & 3;
        return (low | high << 4) - 32;
    }

    /// The three bits of weight `i` of sub-block `sub` of a block of Q3_K.
    public static int numberOfQ3k(MemorySegment data, long at, int sub, int i) {
        int third = Bytes.unsigned(data, at + sub % 2 * 16 + i) >> sub / 2 & 1;
        return twoBits(data, at + 32, sub, i) | third << 2;
    }

    /// Weight `i` of sub-block `sub`: four sub-blocks of 32 weights share 32 bytes, two bits each.
    private static int twoBits(MemorySegment data, long at, int sub, int i) {
        int stretch = sub / 8;
        int shift = sub / 2 % 4 * 2;
        return Bytes.unsigned(data, at + stretch * 32L + sub % 2 * 16 + i) >> shift & 3;
    }

    /// `w = d * scale * q - dMin * least`: f16 d, f16 dMin, 8 pairs of 6 bits, nibbles.
    public static void q4k(MemorySegment data, long at, float[] out, int outAt) {
        float d = Bytes.half(data, at);
        float dMin = Bytes.half(data, at + 2);
        for (int sub = 0; sub < 8; sub++) {
            float scale = d * scale(data, at + 4, sub);
            float least = dMin * least(data, at + 4, sub);
            for (int i = 0; i < 32; i++) {
                out[outAt + sub * 32 + i] = scale * nibble(data, at + 16, sub, i) - least;
            }
        }
    }

    /// `w = d * scale * q - dMin * least`: f16 d, f16 dMin, 8 pairs of 6 bits, fifth bits, nibbles.
    public static void q5k(MemorySegment data, long at, float[] out, int outAt) {
        float d = Bytes.half(data, at);
        float dMin = Bytes.half(data, at + 2);
        for (int sub = 0; sub < 8; sub++) {
            float scale = d * scale(data, at + 4, sub);
            float least = dMin * least(data, at + 4, sub);
            for (int i = 0; i < 32; i++) {
                out[outAt + sub * 32 + i] = scale * numberOfQ5k(data, at, sub, i) - least;
            }
        }
    }

    /// The five bits of weight `i` of sub-block `sub` of a block of Q5_K.
    public static int numberOfQ5k(MemorySegment data, long at, int sub, int i) {
        return nibble(data, at + 48, sub, i) | (Bytes.unsigned(data, at + 16 + i) >> sub & 1) << 4;
    }

    /// The eight 6-bit scales behind `at`, one per byte of the result: four whole, four in two parts.
    public static long scales(MemorySegment data, long at) {
        int whole = Bytes.word(data, at);
        int parts = Bytes.word(data, at + 8);
        return bytes(whole & SIX_BITS, parts & FOUR_BITS | whole >>> 2 & UPPER_TWO_OF_SIX);
    }

    /// The eight 6-bit least weights beside [#scales], one per byte of the result.
    public static long leasts(MemorySegment data, long at) {
        int whole = Bytes.word(data, at + 4);
        int parts = Bytes.word(data, at + 8);
        return bytes(whole & SIX_BITS, parts >>> 4 & FOUR_BITS | whole >>> 2 & UPPER_TWO_OF_SIX);
    }

    private static long bytes(int first, int last) {
        return first | (long) last << 32;
    }

    private static int scale(MemorySegment data, long at, int sub) {
        return (int) (scales(data, at) >>> 8 * sub) & 63;
    }

    private static int least(MemorySegment data, long at, int sub) {
        return (int) (leasts(data, at) >>> 8 * sub) & 63;
    }

    /// Weight `i` of sub-block `sub`: two sub-blocks share 32 bytes, the even one in the low halves.
    private static int nibble(MemorySegment data, long at, int sub, int i) {
        return Bytes.unsigned(data, at + sub / 2 * 32L + i) >> sub % 2 * 4 & 15;
    }

    /// `w = d * scale * (q - 32)`: low nibbles, high bit pairs, 16 signed scales, f16 d.
    public static void q6k(MemorySegment data, long at, float[] out, int outAt) {
        float d = Bytes.half(data, at + 208);
        for (int sub = 0; sub < 16; sub++) {
            float scale = d * scaleOfQ6k(data, at, sub);
            for (int i = 0; i < 16; i++) {
                out[outAt + sub * 16 + i] = scale * (numberOfQ6k(data, at, sub, i) - 32);
            }
        }
    }

    /// The scale of sub-block `sub` of a block of Q6_K.
    public static int scaleOfQ6k(MemorySegment data, long at, int sub) {
        return Bytes.signed(data, at + 192 + sub);
    }

    /// The six bits of weight `i` of sub-block `sub` of a block of Q6_K.
    public static int numberOfQ6k(MemorySegment data, long at, int sub, int i) {
        int stretch = sub / 8;
        int quarter = sub % 8 / 2;
        int low = Bytes.unsigned(data, at + stretch * 64L + quarter % 2 * 32 + sub % 2 * 16 + i) >> quarter / 2 * 4;
        int high = Bytes.unsigned(data, at + 128 + stretch * 32L + sub % 2 * 16 + i) >> quarter * 2;
        return low & 15 | (high & 3) << 4;
    }

    /// `w = d * (scale - 32) * level[q]`: f16 d, 8 scales of 6 bits in two parts, nibbles in runs of 16 bytes.
    public static void iq4xs(MemorySegment data, long at, float[] out, int outAt) {
        for (int sub = 0; sub < 8; sub++) {
            float scale = scaleOfIq4xs(data, at, sub);
            Blocks32.lookUp(Blocks32.IQ4_LEVELS, scale, data, at + 8 + sub * 16L, out, outAt + sub * 32);
        }
    }

    /// What multiplies the levels of sub-block `sub` of a block of IQ4_XS.
    public static float scaleOfIq4xs(MemorySegment data, long at, int sub) {
        int low = Bytes.unsigned(data, at + 4 + sub / 2) >> sub % 2 * 4 & 15;
        int high = Bytes.unsignedShort(data, at + 2) >> 2 * sub & 3;
        return Bytes.half(data, at) * ((low | high << 4) - 32);
    }
}
