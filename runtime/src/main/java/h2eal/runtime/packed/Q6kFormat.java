package h2eal.runtime.packed;

import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.B2F;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import h2eal.runtime.block.Halves;
import h2eal.runtime.vector.VectorShapes;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;

/// Q6_K: 128 bytes of low nibbles, 64 of high bit pairs, 16 signed scales, f16 d. Of 128 weights, quarters 0 and 1 of
/// 32 have the low nibbles of 64 bytes, quarters 2 and 3 the high ones; byte i of 32 has the bit pairs of weight i of
/// all four quarters.
final class Q6kFormat implements PackedFormat {

    private static final int BLOCK_WEIGHTS = 256;

    private static final int NIBBLES = 0x0F0F0F0F;
    private static final int PAIRS = 0x30303030;
    private static final int SUB_BLOCKS = 16;

    /// Lanes of 16 bytes share the scale of one sub-block.
    private static final VectorShuffle<Float> SPREAD = VectorShuffle.fromOp(F, lane -> lane / 4);

    /// Where a vector spans two quarters, the bit pairs that both share: the upper half of a vector that begins 32
    /// bytes before them and so does not reach over the end of the block.
    private static final VectorShuffle<Integer> UPPER_TWICE =
            VectorShuffle.fromOp(I, lane -> LANES - Math.min(8, LANES) + lane % 8);

    private static final int PAIRS_AT = LANES > 8 ? 96 : 128;

    /// What moves the bit pairs of the quarter of a lane to the lowest bits, per vector of 64 bytes.
    private static final int[] QUARTER_SHIFTS = {0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2};

    /// Float vectors that one byte vector is widened to.
    private static final int SHARING = VectorShapes.B.length() / LANES;

    @Override
    public int blockWeights() {
        return BLOCK_WEIGHTS;
    }

    @Override
    public int blockBytes() {
        return 210;
    }

    @Override
    public int inputNumbers() {
        return BLOCK_WEIGHTS + SUB_BLOCKS;
    }

    @Override
    public void arrange(float[] x, int at, float[] inputs, int inputsAt) {
        for (int place = 0; place < 128; place += 4) {
            int input = at + place / 64 * 128 + place % 64;
            int to = inputsAt + place / 4 / LANES * 8 * LANES + place / 4 % LANES;
            for (int b = 0; b < 4; b++) {
                inputs[to + b * LANES] = x[input + b] * SubBlocks.LOW_PLACES[b];
                inputs[to + (4 + b) * LANES] = x[input + 64 + b] * SubBlocks.LOW_PLACES[b];
            }
        }
        for (int sub = 0; sub < SUB_BLOCKS; sub++) {
            double sum = 0;
            for (int i = 0; i < 16; i++) {
                sum += x[at + sub * 16 + i];
            }
            inputs[inputsAt + BLOCK_WEIGHTS + sub] = (float) (-32 * sum);
        }
    }

    @Override
    public void add(PackedRows rows, long at, int inputsAt) {
        scale(rows, at + 192, inputsAt + BLOCK_WEIGHTS);
        for (int part = 0; part < 32 / LANES; part++) {
            add(rows, at, inputsAt, part);
        }
    }

    /// Multiplies the scales with d, and takes away 32 for each weight.
    private static void scale(PackedRows rows, long at, int sumsAt) {
        MemorySegment data = rows.data;
        long distance = rows.distance;
        float[] scales = rows.scales;
        float[] sums = rows.sums;
        int count = rows.count;
        for (int part = 0; part < SUB_BLOCKS / LANES; part++) {
            FloatVector inputs = FloatVector.fromArray(F, rows.inputs, sumsAt + part * LANES);
            int byteAt = part / SHARING * VectorShapes.B.length();
            for (int r = 0; r < count; r++) {
                int place = r * PackedRows.STRIDE + part * LANES;
                long rowAt = at + r * distance;
                FloatVector scale = ((FloatVector)
                                ByteVector.fromMemorySegment(VectorShapes.B, data, rowAt + byteAt, LITTLE_ENDIAN)
                                        .convertShape(B2F, F, part % SHARING))
                        .mul(Halves.read(data, rowAt + SUB_BLOCKS));
                scale.intoArray(scales, place);
                scale.fma(inputs, FloatVector.fromArray(F, sums, place)).intoArray(sums, place);
            }
        }
    }

    /// One vector of low nibbles of every row.
    private static void add(PackedRows rows, long blockAt, int blockInputsAt, int part) {
        MemorySegment data = rows.data;
        long distance = rows.distance;
        int count = rows.count;
        float[] sums = rows.sums;
        float[] scales = rows.scales;
        int byteAt = part * 4 * LANES;
        int scaleAt = byteAt / 64 * 8 + byteAt % 64 / 16;
        long at = blockAt + byteAt;
        long pairsAt = blockAt + PAIRS_AT + byteAt / 64 * 32 + byteAt % 32;
        int inputsAt = blockInputsAt + part * 8 * LANES;
        IntVector shifts = IntVector.fromArray(I, QUARTER_SHIFTS, byteAt % 64 / 4);
        FloatVector x0 = FloatVector.fromArray(F, rows.inputs, inputsAt);
        FloatVector x1 = FloatVector.fromArray(F, rows.inputs, inputsAt + LANES);
        FloatVector x2 = FloatVector.fromArray(F, rows.inputs, inputsAt + 2 * LANES);
        FloatVector x3 = FloatVector.fromArray(F, rows.inputs, inputsAt + 3 * LANES);
        FloatVector x4 = FloatVector.fromArray(F, rows.inputs, inputsAt + 4 * LANES);
        FloatVector x5 = FloatVector.fromArray(F, rows.inputs, inputsAt + 5 * LANES);
        FloatVector x6 = FloatVector.fromArray(F, rows.inputs, inputsAt + 6 * LANES);
        FloatVector x7 = FloatVector.fromArray(F, rows.inputs, inputsAt + 7 * LANES);
        for (int r = 0; r < count; r++) {
            IntVector nibbles = IntVector.fromMemorySegment(I, data, at + r * distance, LITTLE_ENDIAN);
            IntVector pairs = IntVector.fromMemorySegment(I, data, pairsAt + r * distance, LITTLE_ENDIAN);
            if (LANES > 8) {
                pairs = pairs.rearrange(UPPER_TWICE);
            }
            pairs = pairs.lanewise(LSHR, shifts);
            IntVector first = pairs.lanewise(LSHL, 4).and(PAIRS).or(nibbles.and(NIBBLES));
            IntVector second = pairs.and(PAIRS).or(nibbles.lanewise(LSHR, 4).and(NIBBLES));
            FloatVector low = ((FloatVector) first.and(0xFF).convert(I2F, 0)).mul(x0);
            low = ((FloatVector) first.and(0xFF00).convert(I2F, 0)).fma(x1, low);
            low = ((FloatVector) first.and(0xFF0000).convert(I2F, 0)).fma(x2, low);
            low = ((FloatVector) first.and(0xFF000000).convert(I2F, 0)).fma(x3, low);
            FloatVector high = ((FloatVector) second.and(0xFF).convert(I2F, 0)).mul(x4);
            high = ((FloatVector) second.and(0xFF00).convert(I2F, 0)).fma(x5, high);
            high = ((FloatVector) second.and(0xFF0000).convert(I2F, 0)).fma(x6, high);
            high = ((FloatVector) second.and(0xFF000000).convert(I2F, 0)).fma(x7, high);
            int place = r * PackedRows.STRIDE;
            FloatVector scale0 =
                    FloatVector.fromArray(F, scales, place + scaleAt).rearrange(SPREAD);
            FloatVector scale1 =
                    FloatVector.fromArray(F, scales, place + scaleAt + 4).rearrange(SPREAD);
            FloatVector sum = FloatVector.fromArray(F, sums, place);
            high.fma(scale1, low.fma(scale0, sum)).intoArray(sums, place);
        }
    }
}
