package h2eal.runtime.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// Functions of vectors that stay in registers.
public final class VectorMath {

    /// Below this power of two results are held: no product with a usual number becomes denormal.
    private static final float LEAST_EXPONENT = -100;
    private static final float MOST_EXPONENT = 127;
    private static final float LOG2_E = 1.442695041f;
    /// Added and subtracted, rounds a float to an integer that then stands in its low bits.
    private static final float ROUND = 0x1.8p23f;

    private VectorMath() {}

    /// e^x with a relative error of about (2 + |x|) * 1e-7, held between 2^-100 and 2^127: x times log2(e) is split
    /// into an integer, which becomes the exponent, and a fraction in [-1/2, 1/2] for the Taylor polynomial of 2^f.
    public static FloatVector exp(FloatVector x) {
        FloatVector power = x.mul(LOG2_E);
        // max and min take four times as many instructions, to order zeros and to keep NaN
        power = power.blend(LEAST_EXPONENT, power.compare(VectorOperators.LT, LEAST_EXPONENT));
        power = power.blend(MOST_EXPONENT, power.compare(VectorOperators.GT, MOST_EXPONENT));
        FloatVector rounded = power.add(ROUND);
        IntVector exponent = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        FloatVector f = power.sub(rounded.sub(ROUND));
        FloatVector p = f.fma(f.broadcast(1.5403530e-4f), f.broadcast(1.3333558e-3f));
        p = f.fma(p, f.broadcast(9.6181291e-3f));
        p = f.fma(p, f.broadcast(5.5504109e-2f));
        p = f.fma(p, f.broadcast(2.4022651e-1f));
        p = f.fma(p, f.broadcast(6.9314718e-1f));
        p = f.fma(p, f.broadcast(1f));
        return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    }
}
