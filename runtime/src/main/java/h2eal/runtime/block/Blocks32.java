package h2eal.runtime.block;

import java.lang.foreign.MemorySegment;

/// Blocks of 32 weights. Byte j of the nibbles holds weight j in its low half and weight j + 16 in its high half.
public final class Blocks32 {

    /// The 16 levels of IQ4: denser around zero, where weights are.
    static final float[] IQ4_LEVELS = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

    /// Twice the 16 values of a 4-bit float with two exponent bits and one mantissa bit (OCP Microscaling, E2M1).
    private static final float[] E2M1_DOUBLED = {0, 1, 2, 3, 4, 6, 8, 12, -0f, -1, -2, -3, -4, -6, -8, -12};

    private static final int HALF = 16;

    private Blocks32() {}

    /// `w = scale * q`: f16 scale, 32 signed bytes.
    public static void q8v0(MemorySegment data, long at, float[] out, int outAt) {
        float scale = Bytes.half(data, at);
        for (int i = 0; i < 2 * HALF; i++) {
            out[outAt + i] = scale * Bytes.signed(data, at + 2 + i);
        }
    }

    /// `w = scale * (q - 8)`: f16 scale, nibbles.
    public static void q4v0(MemorySegment data, long at, float[] out, int outAt) {
        float scale = Bytes.half(data, at);
        for (int i = 0; i < HALF; i++) {
            int pair = Bytes.unsigned(data, at + 2 + i);
            out[outAt + i] = scale * ((pair & 15) - 8);
            out[outAt + i + HALF] = scale * ((pair >> 4) - 8);
        }
    }

    /// `w = scale * q + least`: f16 scale, f16 least, nibbles.
    public static void q4v1(MemorySegment data, long at, float[] out, int outAt) {
        float scale = Bytes.half(data, at);
        float least = Bytes.half(data, at + 2);
        for (int i = 0; i < HALF; i++) {
            int pair = Bytes.unsigned(data, at + 4 + i);
            out[outAt + i] = scale * (pair & 15) + least;
            out[outAt + i + HALF] = scale * (pair >> 4) + least;
        }
    }

    /// `w = scale * (q - 16)`: f16 scale, 32 fifth bits, nibbles.
    public static void q5v0(MemorySegment data, long at, float[] out, int outAt) {
        float scale = Bytes.half(data, at);
        int fifths = Bytes.word(data, at + 2);
        for (int i = 0; i < HALF; i++) {
            int pair = Bytes.unsigned(data, at + 6 + i);
            out[outAt + i] = scale * ((pair & 15 | (fifths >>> i & 1) << 4) - 16);
            out[outAt + i + HALF] = scale * ((pair >> 4 | (fifths >>> i + HALF & 1) << 4) - 16);
        }
    }

    /// `w = scale * q + least`: f16 scale, f16 least, 32 fifth bits, nibbles.
    public static void q5v1(MemorySegment data, long at, float[] out, int outAt) {
        float scale = Bytes.half(data, at);
        float least = Bytes.half(data, at + 2);
        int fifths = Bytes.word(data, at + 4);
        for (int i = 0; i < HALF; i++) {
            int pair = Bytes.unsigned(data, at + 8 + i);
            out[outAt + i] = scale * (pair & 15 | (fifths >>> i & 1) << 4) + least;
            out[outAt + i + HALF] = scale * (pair >> 4 | (fifths >>> i + HALF & 1) << 4) + least;
        }
    }

    /// `w = scale * level[q]`: f16 scale, nibbles.
    public static void iq4nl(MemorySegment data, long at, float[] out, int outAt) {
        lookUp(IQ4_LEVELS, scaleOfIq4nl(data, at, 0), data, at + 2, out, outAt);
    }

    /// `w = 2^(e - 127) * value[q]`: one exponent byte e, nibbles (OCP Microscaling MXFP4).
    public static void mxfp4(MemorySegment data, long at, float[] out, int outAt) {
        lookUp(E2M1_DOUBLED, halfScaleOfMxfp4(data, at, 0), data, at + 1, out, outAt);
    }

    /// Half of a block's scale, because its levels are doubled; 2^-128 is still a float, if a denormal one.
    public static float halfScaleOfMxfp4(MemorySegment data, long at, int sub) {
        return Math.scalb(1f, Bytes.unsigned(data, at) - 128);
    }

    /// A copy of the sixteen levels of IQ4_NL and IQ4_XS.
    public static float[] levelsOfIq4() {
        return IQ4_LEVELS.clone();
    }

    /// A copy of the sixteen levels of MXFP4, doubled.
    public static float[] levelsOfMxfp4() {
        return E2M1_DOUBLED.clone();
    }

    /// The scale of a block of IQ4_NL.
    public static float scaleOfIq4nl(MemorySegment data, long at, int sub) {
        return Bytes.half(data, at);
    }

    static void lookUp(float[] levels, float scale, MemorySegment data, long at, float[] out, int outAt) {
        for (int i = 0; i < HALF; i++) {
            int pair = Bytes.unsigned(data, at + i);
            out[outAt + i] = scale * levels[pair & 15];
            out[outAt + i + HALF] = scale * levels[pair >> 4];
        }
    }
}
