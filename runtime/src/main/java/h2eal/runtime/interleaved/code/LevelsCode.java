package h2eal.runtime.interleaved.code;

import h2eal.runtime.block.Blocks256;
import h2eal.runtime.block.Blocks32;
import h2eal.runtime.block.Bytes;
import h2eal.runtime.vector.VectorShapes;
import java.lang.foreign.MemorySegment;

/// IQ4_NL, IQ4_XS and MXFP4: nibbles that stand for small integers, and the f32 scale of each sub-block of 32. Where a
/// vector holds all sixteen levels, the nibbles are kept; else each weight's level takes a byte, and the copy is twice
/// as large as the file.
///
/// @param blockWeights weights of a block in the file
/// @param blockBytes its bytes
/// @param packedAt where its nibbles begin, 16 bytes for each sub-block
/// @param levels what the sixteen nibbles stand for; not to be written to
/// @param halves the upper halves of the levels, which have no other bits, twice over; not to be written to
/// @param scale the scale of a sub-block
public record LevelsCode(int blockWeights, int blockBytes, int packedAt, float[] levels, short[] halves, Scale scale)
        implements BlockCode {

    public static final LevelsCode IQ4_NL = of(32, 18, 2, Blocks32.levelsOfIq4(), Blocks32::scaleOfIq4nl);
    public static final LevelsCode IQ4_XS = of(256, 136, 8, Blocks32.levelsOfIq4(), Blocks256::scaleOfIq4xs);
    public static final LevelsCode MXFP4 = of(32, 17, 1, Blocks32.levelsOfMxfp4(), Blocks32::halfScaleOfMxfp4);

    private static final int NUMBERS = 32;
    private static final int PACKED_BYTES = NUMBERS / 2;

    /// What multiplies the levels of sub-block `sub` of the block at `at`.
    @FunctionalInterface
    public interface Scale {
        float of(MemorySegment data, long at, int sub);
    }

    private static LevelsCode of(int blockWeights, int blockBytes, int packedAt, float[] levels, Scale scale) {
        short[] halves = new short[2 * levels.length];
        for (int i = 0; i < halves.length; i++) {
            halves[i] = (short) (Float.floatToRawIntBits(levels[i % levels.length]) >>> 16);
        }
        return new LevelsCode(blockWeights, blockBytes, packedAt, levels, halves, scale);
    }

    @Override
    public int together() {
        return 256;
    }

    @Override
    public int headWords(int subBlocks) {
        return subBlocks;
    }

    @Override
    public Fields fields() {
        return VectorShapes.LANES == levels.length ? Fields.LEVELS : Fields.BYTES;
    }

    @Override
    public void rewrite(MemorySegment source, long at, int subBlocks, int[] words) {
        int ofBlock = blockWeights / NUMBERS;
        int perSub = fields().words();
        for (int sub = 0; sub < subBlocks; sub++) {
            long block = at + (long) (sub / ofBlock) * blockBytes;
            long nibbles = block + packedAt + (long) (sub % ofBlock) * PACKED_BYTES;
            for (int k = 0; k < perSub; k++) {
                int packed = Bytes.word(source, nibbles + k * Integer.BYTES % PACKED_BYTES);
                words[sub * perSub + k] = fields() == Fields.LEVELS ? packed : lookUp(packed >>> k / 4 * 4);
            }
            words[subBlocks * perSub + sub] = Float.floatToRawIntBits(scale.of(source, block, sub % ofBlock));
        }
    }

    /// The levels of the low nibbles of four bytes.
    private int lookUp(int packed) {
        int bytes = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            bytes |= ((int) levels[packed >>> shift & 15] & 0xFF) << shift;
        }
        return bytes;
    }
}
