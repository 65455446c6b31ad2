package h2eal.runtime.kernel;

import static h2eal.runtime.vector.VectorShapes.B;
import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static h2eal.runtime.vector.VectorShapes.S;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// One float vector of weights from each block layout, and whole rows of them.
final class VectorDecode {

    private static final int EXPONENT_SHIFT = 112 << 23;
    private static final int LEAST_NORMAL = 113 << 23;

    private VectorDecode() {}

    /// Halves at `at`, exactly. The Vector API has no conversion: sign and digits move to their places and the exponent
    /// is shifted by 112; where the half was denormal, its digits are put behind 2^-14, which is then taken away.
    static FloatVector halves(MemorySegment data, long at) {
        IntVector bits = widened(data, at);
        IntVector magnitude = bits.and(0x7FFF).lanewise(VectorOperators.LSHL, 13);
        FloatVector normal = magnitude.add(EXPONENT_SHIFT).reinterpretAsFloats();
        FloatVector denormal =
                magnitude.add(LEAST_NORMAL).reinterpretAsFloats().sub(Float.intBitsToFloat(LEAST_NORMAL));
        IntVector number = normal.blend(denormal, magnitude.lt(1 << 23).cast(F)).reinterpretAsInts();
        return number.or(bits.and(0x8000).lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats();
    }

    /// BF16 at `at`: the upper halves of floats.
    static FloatVector brainHalves(MemorySegment data, long at) {
        return widened(data, at).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    private static IntVector widened(MemorySegment data, long at) {
        return (IntVector)
                ShortVector.fromMemorySegment(S, data, at, LITTLE_ENDIAN).convertShape(VectorOperators.S2I, I, 0);
    }

    /// Vector `part` of the signed bytes at `at`.
    static FloatVector signedBytes(MemorySegment data, long at, int part) {
        return floats(bytes(data, at, part), part);
    }

    /// Vector `part` of the low nibbles of the bytes at `at`, less 8.
    static FloatVector lowNibbles(MemorySegment data, long at, int part) {
        return floats(bytes(data, at, part).and((byte) 15).sub((byte) 8), part);
    }

    /// Vector `part` of the high nibbles of the bytes at `at`, less 8.
    static FloatVector highNibbles(MemorySegment data, long at, int part) {
        ByteVector nibbles = bytes(data, at, part).lanewise(VectorOperators.LSHR, 4);
        return floats(nibbles.sub((byte) 8), part);
    }

    /// The f16 scale at `at` in every lane.
    static FloatVector scale(MemorySegment data, long at) {
        return FloatVector.broadcast(F, Float.float16ToFloat(data.get(Weights.SHORT, at)));
    }

    private static ByteVector bytes(MemorySegment data, long at, int part) {
        int perLoad = B.length() / LANES;
        return ByteVector.fromMemorySegment(B, data, at + (long) (part / perLoad) * B.length(), LITTLE_ENDIAN);
    }

    private static FloatVector floats(ByteVector bytes, int part) {
        return (FloatVector) bytes.convertShape(VectorOperators.B2F, F, part % (B.length() / LANES));
    }

    /// Decodes row `row` into `out[at..at + columns)`.
    static void row(Weights weights, int row, float[] out, int at) {
        MemorySegment data = weights.data();
        int columns = weights.columns();
        long from = row * weights.rowBytes();
        switch (weights.type()) {
            case F32, Q4_1, Q5_0, Q5_1, IQ4_NL, MXFP4, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_XS ->
                weights.read(row, out, at);
            case F16, BF16 -> {
                if (columns % LANES != 0) {
                    weights.read(row, out, at);
                    return;
                }
                boolean brain = weights.type() == WeightType.BF16;
                for (int column = 0; column < columns; column += LANES) {
                    long offset = from + (long) column * Short.BYTES;
                    (brain ? brainHalves(data, offset) : halves(data, offset)).intoArray(out, at + column);
                }
            }
            case Q8_0 -> {
                for (int column = 0; column < columns; column += 32, from += 34) {
                    FloatVector scale = scale(data, from);
                    for (int part = 0; part < 32 / LANES; part++) {
                        signedBytes(data, from + 2, part).mul(scale).intoArray(out, at + column + part * LANES);
                    }
                }
            }
            case Q4_0 -> {
                for (int column = 0; column < columns; column += 32, from += 18) {
                    FloatVector scale = scale(data, from);
                    for (int part = 0; part < 16 / LANES; part++) {
                        int place = at + column + part * LANES;
                        lowNibbles(data, from + 2, part).mul(scale).intoArray(out, place);
                        highNibbles(data, from + 2, part).mul(scale).intoArray(out, place + 16);
                    }
                }
            }
        }
    }
}
