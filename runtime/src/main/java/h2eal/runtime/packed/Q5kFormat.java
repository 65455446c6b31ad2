package h2eal.runtime.packed;

import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;

/// Q5_K: f16 d, f16 dMin, 8 pairs of 6 bits, 32 bytes of fifth bits, 128 bytes of nibbles as in Q4_K; byte i of the
/// fifth bits has those of weight i of all eight sub-blocks.
final class Q5kFormat implements PackedFormat {

    private static final int BLOCK_WEIGHTS = 256;

    private static final int NIBBLES = 0x0F0F0F0F;
    private static final int FIFTHS = 0x10101010;

    /// A vector of two pairs of sub-blocks needs all fifth bits twice.
    private static final VectorShuffle<Integer> TWICE = VectorShuffle.fromOp(I, lane -> lane % 8);

    /// What moves the fifth bits of the sub-blocks of a lane to the lowest two bits, per 256 weights.
    private static final int[] FIFTH_SHIFTS = {
        0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 4, 4, 4, 4, 4, 4, 4, 4, 6, 6, 6, 6, 6, 6, 6, 6
    };

    /// Lanes of 32 bytes share the scales of one pair of sub-blocks.
    private static final VectorShuffle<Float> SPREAD = VectorShuffle.fromOp(F, lane -> lane / 8 * 2);

    @Override
    public int blockWeights() {
        return BLOCK_WEIGHTS;
    }

    @Override
    public int blockBytes() {
        return 176;
    }

    @Override
    public int inputNumbers() {
        return BLOCK_WEIGHTS + 16;
    }

    @Override
    public void arrange(float[] x, int at, float[] inputs, int inputsAt) {
        SubBlocks.bytes(x, at, inputs, inputsAt);
        SubBlocks.sums(x, at, inputs, inputsAt + BLOCK_WEIGHTS);
    }

    @Override
    public void add(PackedRows rows, long at, int inputsAt) {
        SubBlocks.scale(rows, at, inputsAt + BLOCK_WEIGHTS);
        for (int part = 0; part < 32 / LANES; part++) {
            add(rows, at, inputsAt, part);
        }
    }

    /// One vector of nibbles of every row.
    private static void add(PackedRows rows, long blockAt, int blockInputsAt, int part) {
        MemorySegment data = rows.data;
        long distance = rows.distance;
        int count = rows.count;
        float[] sums = rows.sums;
        float[] scales = rows.scales;
        int byteAt = part * 4 * LANES;
        int scaleAt = byteAt / 32 * 2;
        long at = blockAt + 48 + byteAt;
        long fifthsAt = blockAt + 16 + byteAt % 32;
        int inputsAt = blockInputsAt + part * 8 * LANES;
        IntVector shifts = IntVector.fromArray(I, FIFTH_SHIFTS, part * LANES);
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
            IntVector fifths = IntVector.fromMemorySegment(I, data, fifthsAt + r * distance, LITTLE_ENDIAN);
            if (LANES > 8) {
                fifths = fifths.rearrange(TWICE);
            }
            fifths = fifths.lanewise(LSHR, shifts);
            IntVector first = fifths.lanewise(LSHL, 4).and(FIFTHS).or(nibbles.and(NIBBLES));
            IntVector second = fifths.lanewise(LSHL, 3)
                    .and(FIFTHS)
                    .or(nibbles.lanewise(LSHR, 4).and(NIBBLES));
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
                    FloatVector.fromArray(F, scales, place + scaleAt + 1).rearrange(SPREAD);
            FloatVector sum = FloatVector.fromArray(F, sums, place);
            high.fma(scale1, low.fma(scale0, sum)).intoArray(sums, place);
        }
    }
}
