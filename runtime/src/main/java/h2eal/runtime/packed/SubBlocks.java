package h2eal.runtime.packed;

import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;

import h2eal.runtime.block.Halves;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/// What Q4_K and Q5_K share: eight sub-blocks of 32 weights, each with a scale and a least weight of 6 bits.
final class SubBlocks {

    /// Of sixteen numbers, the eight scales and then the eight least weights, the word of the block that has a number
    /// or its lower bits, where in the word it is, and how wide. Word 0 holds d and dMin.
    private static final int[] WHOLE_WORDS = {1, 1, 1, 1, 3, 3, 3, 3, 2, 2, 2, 2, 3, 3, 3, 3};

    private static final int[] WHOLE_SHIFTS = {0, 8, 16, 24, 0, 8, 16, 24, 0, 8, 16, 24, 4, 12, 20, 28};
    private static final int[] WHOLE_MASKS = {63, 63, 63, 63, 15, 15, 15, 15, 63, 63, 63, 63, 15, 15, 15, 15};

    /// The word that has the upper two bits of a number in two parts, and what brings them to their place.
    private static final int[] UPPER_WORDS = {1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2};

    private static final int[] UPPER_SHIFTS = {0, 0, 0, 0, 2, 10, 18, 26, 0, 0, 0, 0, 2, 10, 18, 26};
    private static final int[] UPPER_MASKS = {0, 0, 0, 0, 48, 48, 48, 48, 0, 0, 0, 0, 48, 48, 48, 48};

    private static final VectorMask<Float> UPPER_HALF = VectorMask.fromLong(F, -1L << LANES / 2);

    /// What the places of nibbles stand for, inverted. The highest nibble is shifted down, because an int has a sign.
    static final float[] LOW_PLACES = {1, 0x1p-8f, 0x1p-16f, 0x1p-24f};

    static final float[] HIGH_PLACES = {0x1p-4f, 0x1p-12f, 0x1p-20f, 1};

    private SubBlocks() {}

    /// Lays inputs out as nibbles lie: for each vector of bytes the inputs of its low nibbles, byte 0 to 3 of each int,
    /// then those of the high ones.
    static void nibbles(float[] x, int at, float[] inputs, int inputsAt) {
        arrange(x, at, HIGH_PLACES, inputs, inputsAt);
    }

    /// As [#nibbles], where the high nibbles too have become bytes.
    static void bytes(float[] x, int at, float[] inputs, int inputsAt) {
        arrange(x, at, LOW_PLACES, inputs, inputsAt);
    }

    private static void arrange(float[] x, int at, float[] highPlaces, float[] inputs, int inputsAt) {
        for (int place = 0; place < 128; place += 4) {
            int input = at + place / 32 * 64 + place % 32;
            int to = inputsAt + place / 4 / LANES * 8 * LANES + place / 4 % LANES;
            for (int b = 0; b < 4; b++) {
                inputs[to + b * LANES] = x[input + b] * LOW_PLACES[b];
                inputs[to + (4 + b) * LANES] = x[input + 32 + b] * highPlaces[b];
            }
        }
    }

    /// The sum of the inputs of each sub-block, negative and behind eight zeros.
    static void sums(float[] x, int at, float[] inputs, int inputsAt) {
        for (int sub = 0; sub < 8; sub++) {
            double sum = 0;
            for (int i = 0; i < 32; i++) {
                sum += x[at + sub * 32 + i];
            }
            inputs[inputsAt + sub] = 0;
            inputs[inputsAt + 8 + sub] = (float) -sum;
        }
    }

    /// Decodes scales and least weights of the block at hand of every row, multiplies them with d and dMin, leaves the
    /// scales in the first eight numbers of a row and adds the share of the least weights to the sums.
    static void scale(PackedRows rows, long at, int sumsAt) {
        MemorySegment data = rows.data;
        long distance = rows.distance;
        float[] scales = rows.scales;
        float[] sums = rows.sums;
        int count = rows.count;
        for (int lane = 0; lane < 16; lane += LANES) {
            IntVector wholeWords = IntVector.fromArray(I, WHOLE_WORDS, lane);
            IntVector wholeShifts = IntVector.fromArray(I, WHOLE_SHIFTS, lane);
            IntVector wholeMasks = IntVector.fromArray(I, WHOLE_MASKS, lane);
            IntVector upperWords = IntVector.fromArray(I, UPPER_WORDS, lane);
            IntVector upperShifts = IntVector.fromArray(I, UPPER_SHIFTS, lane);
            IntVector upperMasks = IntVector.fromArray(I, UPPER_MASKS, lane);
            FloatVector inputs = FloatVector.fromArray(F, rows.inputs, sumsAt + lane);
            int firstHalf = lane / 8 * 2;
            int lastHalf = (lane + LANES - 1) / 8 * 2;
            for (int r = 0; r < count; r++) {
                long rowAt = at + r * distance;
                int place = r * PackedRows.STRIDE + lane;
                IntVector words = IntVector.fromMemorySegment(I, data, rowAt, LITTLE_ENDIAN);
                IntVector whole = wholeWords.selectFrom(words).lanewise(LSHR, wholeShifts);
                IntVector upper = upperWords.selectFrom(words).lanewise(LSHR, upperShifts);
                IntVector bits = whole.and(wholeMasks).or(upper.and(upperMasks));
                FloatVector factor = FloatVector.broadcast(F, Halves.read(data, rowAt + firstHalf));
                if (LANES > 8) {
                    factor = factor.blend(FloatVector.broadcast(F, Halves.read(data, rowAt + lastHalf)), UPPER_HALF);
                }
                FloatVector scale = ((FloatVector) bits.convert(I2F, 0)).mul(factor);
                scale.intoArray(scales, place);
                scale.fma(inputs, FloatVector.fromArray(F, sums, place)).intoArray(sums, place);
            }
        }
    }
}
