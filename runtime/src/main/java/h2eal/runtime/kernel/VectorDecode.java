package h2eal.runtime.kernel;

import static h2eal.runtime.vector.VectorShapes.B;
import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static h2eal.runtime.vector.VectorShapes.S;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import h2eal.runtime.block.Halves;
import h2eal.runtime.interleaved.code.LevelsCode;
import h2eal.runtime.memory.AllMemory;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Objects;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/// Rows of weights decoded to f32.
final class VectorDecode {

    /// Float vectors that one byte vector is widened to: 1, or 2 where floats are narrower than the least byte vector.
    private static final int SHARING = B.length() / LANES;

    private VectorDecode() {}

    /// Decodes row `row` into `out[at..at + columns)`. Rows are addressed in [AllMemory], since the compiler does not
    /// know the kind of the weights' segment: prompts take 1 to 4 % less.
    static void row(Weights weights, int row, float[] out, int at) {
        Objects.checkIndex(row, weights.rows());
        decode(weights, row, out, at);
        Reference.reachabilityFence(weights);
    }

    /// Where row `row` begins.
    static long address(Weights weights, int row) {
        return weights.data().address() + row * weights.rowBytes();
    }

    private static void decode(Weights weights, int row, float[] out, int at) {
        switch (weights.type()) {
            case Q2_K -> VectorSuperBlocks.q2k(weights, row, out, at);
            case Q3_K -> VectorSuperBlocks.q3k(weights, row, out, at);
            case Q4_K -> VectorSuperBlocks.q4k(weights, row, out, at);
            case Q5_K -> VectorSuperBlocks.q5k(weights, row, out, at);
            case Q6_K -> VectorSuperBlocks.q6k(weights, row, out, at);
            case F32 -> weights.read(row, out, at);
            case IQ4_NL -> levels(weights, row, out, at, LevelsCode.IQ4_NL);
            case IQ4_XS -> levels(weights, row, out, at, LevelsCode.IQ4_XS);
            case MXFP4 -> levels(weights, row, out, at, LevelsCode.MXFP4);
            case F16 -> f16(weights, row, out, at);
            case BF16 -> bf16(weights, row, out, at);
            case Q8_0 -> q8(weights, row, out, at);
            case Q4_0 -> nibbles(weights, row, out, at, false, false);
            case Q4_1 -> nibbles(weights, row, out, at, true, false);
            case Q5_0 -> nibbles(weights, row, out, at, false, true);
            case Q5_1 -> nibbles(weights, row, out, at, true, true);
        }
    }

    /// See [Halves].
    private static void f16(Weights weights, int row, float[] out, int at) {
        MemorySegment data = AllMemory.SEGMENT;
        long from = address(weights, row);
        int column = 0;
        for (; column + LANES <= weights.columns(); column += LANES, from += LANES * Short.BYTES) {
            IntVector bits = (IntVector)
                    ShortVector.fromMemorySegment(S, data, from, LITTLE_ENDIAN).convertShape(S2I, I, 0);
            FloatVector shifted = bits.lanewise(LSHL, 13)
                    .and(Halves.MAGNITUDE)
                    .add(Halves.EXPONENT_SHIFT)
                    .reinterpretAsFloats();
            IntVector number = shifted.mul(0.5f)
                    .reinterpretAsInts()
                    .min(shifted.sub(Halves.LEAST_NORMAL).reinterpretAsInts());
            number.or(bits.and(Halves.SIGN)).reinterpretAsFloats().intoArray(out, at + column);
        }
        for (; column < weights.columns(); column++, from += Short.BYTES) {
            out[at + column] = Float.float16ToFloat(data.get(Weights.SHORT, from));
        }
    }

    private static void bf16(Weights weights, int row, float[] out, int at) {
        MemorySegment data = AllMemory.SEGMENT;
        long from = address(weights, row);
        int column = 0;
        for (; column + LANES <= weights.columns(); column += LANES, from += LANES * Short.BYTES) {
            IntVector bits = (IntVector)
                    ShortVector.fromMemorySegment(S, data, from, LITTLE_ENDIAN).convertShape(S2I, I, 0);
            bits.lanewise(LSHL, 16).reinterpretAsFloats().intoArray(out, at + column);
        }
        for (; column < weights.columns(); column++, from += Short.BYTES) {
            out[at + column] = Float.intBitsToFloat(data.get(Weights.SHORT, from) << 16);
        }
    }

    private static void q8(Weights weights, int row, float[] out, int at) {
        MemorySegment data = AllMemory.SEGMENT;
        long from = address(weights, row);
        for (int column = 0; column < weights.columns(); column += 32, from += 34) {
            FloatVector scale = FloatVector.broadcast(F, Float.float16ToFloat(data.get(Weights.SHORT, from)));
            for (int part = 0; part < 32 / LANES; part++) {
                long byteAt = from + 2 + part / SHARING * B.length();
                FloatVector numbers = (FloatVector) ByteVector.fromMemorySegment(B, data, byteAt, LITTLE_ENDIAN)
                        .convertShape(B2F, F, part % SHARING);
                numbers.mul(scale).intoArray(out, at + column + part * LANES);
            }
        }
    }

    /// Q4_0, Q4_1, Q5_0 and Q5_1: blocks of 32 weights, half of them in low nibbles and half in high ones.
    ///
    /// @param least whether a block has a least weight; else its numbers are too large by half their range
    /// @param fifths whether numbers have a fifth bit, in a word before the nibbles
    private static void nibbles(Weights weights, int row, float[] out, int at, boolean least, boolean fifths) {
        MemorySegment data = AllMemory.SEGMENT;
        int blockBytes = weights.type().blockBytes();
        long from = address(weights, row);
        int offset = least ? 0 : fifths ? 16 : 8;
        IntVector lane = IntVector.zero(I).addIndex(1);
        for (int column = 0; column < weights.columns(); column += 32, from += blockBytes) {
            float scale = Float.float16ToFloat(data.get(Weights.SHORT, from));
            float added = least ? Float.float16ToFloat(data.get(Weights.SHORT, from + 2)) : -0f;
            long packedAt = from + blockBytes - 16;
            int fifthBits = fifths ? data.get(Weights.INT, packedAt - Integer.BYTES) : 0;
            for (int part = 0; part < 16 / LANES; part++) {
                long byteAt = packedAt + part / SHARING * B.length();
                IntVector pairs = (IntVector) ByteVector.fromMemorySegment(B, data, byteAt, LITTLE_ENDIAN)
                        .convertShape(ZERO_EXTEND_B2I, I, part % SHARING);
                IntVector ofLanes =
                        IntVector.broadcast(I, fifthBits >>> part * LANES).lanewise(LSHR, lane);
                IntVector low = pairs.and(15).or(ofLanes.and(1).lanewise(LSHL, 4));
                IntVector high =
                        pairs.lanewise(LSHR, 4).or(ofLanes.lanewise(LSHR, 12).and(16));
                int place = at + column + part * LANES;
                // what has minus zero added stays the same, to the sign of a zero
                ((FloatVector) low.sub(offset).convert(I2F, 0))
                        .mul(scale)
                        .add(added)
                        .intoArray(out, place);
                ((FloatVector) high.sub(offset).convert(I2F, 0))
                        .mul(scale)
                        .add(added)
                        .intoArray(out, place + 16);
            }
        }
    }

    /// Looks levels up where a vector holds all sixteen.
    private static void levels(Weights weights, int row, float[] out, int at, LevelsCode code) {
        if (LANES < code.levels().length) {
            weights.read(row, out, at);
            return;
        }
        MemorySegment data = AllMemory.SEGMENT;
        IntVector levels = FloatVector.fromArray(F, code.levels(), 0).reinterpretAsInts();
        long from = address(weights, row);
        for (int column = 0; column < weights.columns(); column += 32) {
            long block = from + (long) (column / code.blockWeights()) * code.blockBytes();
            int sub = column % code.blockWeights() / 32;
            float scale = code.scale().of(data, block, sub);
            IntVector pairs = (IntVector)
                    ByteVector.fromMemorySegment(B, data, block + code.packedAt() + sub * 16L, LITTLE_ENDIAN)
                            .convertShape(ZERO_EXTEND_B2I, I, 0);
            FloatVector low = pairs.selectFrom(levels).reinterpretAsFloats();
            FloatVector high = pairs.lanewise(LSHR, 4).selectFrom(levels).reinterpretAsFloats();
            low.mul(scale).intoArray(out, at + column);
            high.mul(scale).intoArray(out, at + column + 16);
        }
    }
}
