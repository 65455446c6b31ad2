package h2eal.runtime.packed;

import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;

/// Q4_K: f16 d, f16 dMin, 8 pairs of 6 bits, 128 bytes of nibbles; of two sub-blocks of 32 weights that share 32 bytes,
/// the even one has the low nibbles.
///
/// Byte b of an int holds the low nibble at bit 8b and the high one at bit 8b + 4.
final class Q4kFormat implements PackedFormat {

    private static final int BLOCK_WEIGHTS = 256;

    /// Lanes of 32 bytes share the scales of one pair of sub-blocks.
    private static final VectorShuffle<Float> SPREAD = VectorShuffle.fromOp(F, lane -> lane / 8 * 2);

    @Override
    public int blockWeights() {
        return BLOCK_WEIGHTS;
    }

    @Override
    public int blockBytes() {
        return 144;
    }

    @Override
    public int inputNumbers() {
        return BLOCK_WEIGHTS + 16;
    }

    @Override
    public void arrange(float[] x, int at, float[] inputs, int inputsAt) {
        SubBlocks.nibbles(x, at, inputs, inputsAt);
        SubBlocks.sums(x, at, inputs, inputsAt + BLOCK_WEIGHTS);
    }

    @Override
    public void add(PackedRows rows, long at, int inputsAt) {
        SubBlocks.scale(rows, at, inputsAt + BLOCK_WEIGHTS);
        for (int part = 0; part < 32 / LANES; part++) {
            int scaleAt = part * 4 * LANES / 32 * 2;
            add(rows, at + 16 + part * 4L * LANES, inputsAt + part * 8 * LANES, scaleAt);
        }
    }

    /// One vector of every row.
    private static void add(PackedRows rows, long at, int inputsAt, int scaleAt) {
        MemorySegment data = rows.data;
        long distance = rows.distance;
        int count = rows.count;
        float[] sums = rows.sums;
        float[] scales = rows.scales;
        FloatVector x0 = FloatVector.fromArray(F, rows.inputs, inputsAt);
        FloatVector x1 = FloatVector.fromArray(F, rows.inputs, inputsAt + LANES);
        FloatVector x2 = FloatVector.fromArray(F, rows.inputs, inputsAt + 2 * LANES);
        FloatVector x3 = FloatVector.fromArray(F, rows.inputs, inputsAt + 3 * LANES);
        FloatVector x4 = FloatVector.fromArray(F, rows.inputs, inputsAt + 4 * LANES);
        FloatVector x5 = FloatVector.fromArray(F, rows.inputs, inputsAt + 5 * LANES);
        FloatVector x6 = FloatVector.fromArray(F, rows.inputs, inputsAt + 6 * LANES);
        FloatVector x7 = FloatVector.fromArray(F, rows.inputs, inputsAt + 7 * LANES);
        for (int r = 0; r < count; r++) {
            IntVector packed = IntVector.fromMemorySegment(I, data, at + r * distance, LITTLE_ENDIAN);
            FloatVector low = ((FloatVector) packed.and(0xF).convert(I2F, 0)).mul(x0);
            low = ((FloatVector) packed.and(0xF00).convert(I2F, 0)).fma(x1, low);
            low = ((FloatVector) packed.and(0xF0000).convert(I2F, 0)).fma(x2, low);
            low = ((FloatVector) packed.and(0xF000000).convert(I2F, 0)).fma(x3, low);
            FloatVector high = ((FloatVector) packed.and(0xF0).convert(I2F, 0)).mul(x4);
            high = ((FloatVector) packed.and(0xF000).convert(I2F, 0)).fma(x5, high);
            high = ((FloatVector) packed.and(0xF00000).convert(I2F, 0)).fma(x6, high);
            high = ((FloatVector) packed.lanewise(LSHR, 28).convert(I2F, 0)).fma(x7, high);
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
