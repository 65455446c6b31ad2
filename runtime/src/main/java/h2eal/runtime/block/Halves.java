package h2eal.runtime.block;

import java.lang.foreign.MemorySegment;

/// Halves by table: a load is cheaper than a conversion, and scales of a matrix are alike, so few lines are in use.
///
/// Vectors of halves become floats by arithmetic: with its exponent shifted by one more than right, a normal half is
/// twice its number, and a denormal one its number behind 2^-14; half of it, or what exceeds 2^-14, is right where it
/// is
/// the smaller. Positive floats compare as integers do, in one instruction instead of seven. Infinite halves become
/// large
/// numbers.
public final class Halves {

    /// All but the sign of a half whose digits end where those of a float do.
    public static final int MAGNITUDE = 0x0FFFE000;

    public static final int SIGN = 0x80000000;
    /// Added to those bits, makes them twice a normal half.
    public static final int EXPONENT_SHIFT = 113 << 23;

    public static final float LEAST_NORMAL = 0x1p-14f;

    private static final float[] NUMBERS = new float[1 << 16];

    static {
        for (int bits = 0; bits < NUMBERS.length; bits++) {
            NUMBERS[bits] = Float.float16ToFloat((short) bits);
        }
    }

    private Halves() {}

    /// The numbers of all halves by their bits, for kernels so large that the compiler inlines no more calls. Not to be
    /// written to.
    public static float[] table() {
        return NUMBERS;
    }

    /// The half at byte `at`.
    public static float read(MemorySegment data, long at) {
        return NUMBERS[Bytes.unsignedShort(data, at)];
    }
}
