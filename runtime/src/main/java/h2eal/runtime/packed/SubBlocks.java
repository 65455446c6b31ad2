package h2eal.runtime.packed;

import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import h2eal.runtime.block.Blocks256;
import h2eal.runtime.block.Halves;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// What Q4_K and Q5_K share: eight sub-blocks of 32 weights, each with a scale and a least weight of 6 bits.
final class SubBlocks {

    /// At most eight floats.
    private static final VectorSpecies<Float> EIGHT = LANES > 8 ? FloatVector.SPECIES_256 : F;

    private static final VectorSpecies<Integer> EIGHT_INTS = EIGHT.withLanes(int.class);

    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_64;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private SubBlocks() {}

    /// Lays inputs out as nibbles lie: for each vector of bytes the inputs of its low nibbles, byte 0 to 3 of each int,
    /// then those of the high ones.
    static void nibbles(float[] x, int at, float[] inputs, int inputsAt) {
        for (int place = 0; place < 128; place++) {
            int b = place % 4;
            int input = at + place / 32 * 64 + place % 32;
            int to = inputsAt + place / 4 / LANES * 8 * LANES + b * LANES + place / 4 % LANES;
            inputs[to] = x[input] / (1 << 8 * b);
            // The highest nibble is shifted down, because an int has a sign.
            inputs[to + 4 * LANES] = b == 3 ? x[input + 32] : x[input + 32] / (16 << 8 * b);
        }
    }

    /// `factor` times the sum of the inputs of each sub-block.
    static void sums(float[] x, int at, int factor, float[] inputs, int inputsAt) {
        for (int sub = 0; sub < 8; sub++) {
            double sum = 0;
            for (int i = 0; i < 32; i++) {
                sum += x[at + sub * 32 + i];
            }
            inputs[inputsAt + sub] = (float) (factor * sum);
        }
    }

    /// Reads scales and least weights of the block at hand of every row.
    static void readSixBits(PackedRows rows, long at) {
        MemorySegment data = rows.data;
        long distance = rows.distance;
        byte[] bytes = rows.bytes;
        int count = rows.count;
        for (int r = 0; r < count; r++) {
            LONGS.set(bytes, 16 * r, Blocks256.scales(data, at + r * distance));
            LONGS.set(bytes, 16 * r + 8, Blocks256.leasts(data, at + r * distance));
        }
    }

    /// Multiplies the scales with d, and adds the share of the least weights to the sums.
    static void scale(PackedRows rows, long at, int sumsAt) {
        MemorySegment data = rows.data;
        long distance = rows.distance;
        byte[] bytes = rows.bytes;
        float[] scales = rows.scales;
        float[] sums = rows.sums;
        int count = rows.count;
        for (int part = 0; part < 8 / EIGHT.length(); part++) {
            int i = part * EIGHT.length();
            FloatVector inputs = FloatVector.fromArray(EIGHT, rows.inputs, sumsAt + i);
            for (int r = 0; r < count; r++) {
                int place = r * PackedRows.STRIDE + i;
                IntVector scale = (IntVector)
                        ByteVector.fromArray(BYTES, bytes, 16 * r).convertShape(ZERO_EXTEND_B2I, EIGHT_INTS, part);
                IntVector least = (IntVector)
                        ByteVector.fromArray(BYTES, bytes, 16 * r + 8).convertShape(ZERO_EXTEND_B2I, EIGHT_INTS, part);
                ((FloatVector) scale.convert(I2F, 0))
                        .mul(Halves.read(data, at + r * distance))
                        .intoArray(scales, place);
                ((FloatVector) least.convert(I2F, 0))
                        .mul(Halves.read(data, at + r * distance + 2))
                        .fma(inputs, FloatVector.fromArray(EIGHT, sums, place))
                        .intoArray(sums, place);
            }
        }
    }
}
