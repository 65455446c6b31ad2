package h2eal.runtime.block;

import java.lang.foreign.MemorySegment;

/// Halves by table: a load is cheaper than a conversion, and scales of a matrix are alike, so few lines are in use.
public final class Halves {

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
