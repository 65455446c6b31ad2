package h2eal.runtime.interleaved.code;

import h2eal.runtime.block.Bytes;
import java.lang.foreign.MemorySegment;

/// IQ4_NL, IQ4_XS and MXFP4: each weight's level, which is a small integer, as a byte, then the f32 scale of each
/// sub-block of 32. Twice the bytes of the file.
///
/// @param blockWeights weights of a block in the file
/// @param blockBytes its bytes
/// @param packedAt where its nibbles begin, 16 bytes for each sub-block
/// @param levels what a nibble stands for
/// @param scale the scale of a sub-block
public record LevelsCode(int blockWeights, int blockBytes, int packedAt, Levels levels, Scale scale)
        implements BlockCode {

    private static final int NUMBERS = 32;

    /// The level of a nibble.
    @FunctionalInterface
    public interface Levels {
        int of(int nibble);
    }

    /// What multiplies the levels of sub-block `sub` of the block at `at`.
    @FunctionalInterface
    public interface Scale {
        float of(MemorySegment data, long at, int sub);
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
        return Fields.BYTES;
    }

    @Override
    public void rewrite(MemorySegment source, long at, int subBlocks, int[] words) {
        int ofBlock = blockWeights / NUMBERS;
        int perSub = fields().words();
        for (int sub = 0; sub < subBlocks; sub++) {
            long block = at + (long) (sub / ofBlock) * blockBytes;
            long nibbles = block + packedAt + (long) (sub % ofBlock) * (NUMBERS / 2);
            for (int k = 0; k < perSub; k++) {
                // four bytes hold four weights in their low nibbles, and the four that are 16 further in the high ones
                int packed = Bytes.word(source, nibbles + k % (perSub / 2) * 4) >>> (k < perSub / 2 ? 0 : 4);
                words[sub * perSub + k] = levels.of(packed & 15) & 0xFF
                        | (levels.of(packed >>> 8 & 15) & 0xFF) << 8
                        | (levels.of(packed >>> 16 & 15) & 0xFF) << 16
                        | levels.of(packed >>> 24 & 15) << 24;
            }
            words[subBlocks * perSub + sub] = Float.floatToRawIntBits(scale.of(source, block, sub % ofBlock));
        }
    }
}
