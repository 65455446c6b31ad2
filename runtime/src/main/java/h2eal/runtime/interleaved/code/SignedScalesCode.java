package h2eal.runtime.interleaved.code;

import h2eal.runtime.block.Bytes;
import java.lang.foreign.MemorySegment;

/// Q6_K and Q3_K: the weights of sixteen sub-blocks as numbers of 6 bits less 32, four words of signed scales, and one
/// whose lower half is the f16 d. Q6_K takes half a word more than in the file. Q3_K, whose numbers are less 4, takes
/// almost twice its bytes.
///
/// @param blockBytes bytes of a block in the file
/// @param dAt where d is in it
/// @param number the number of weight i of a sub-block, of 6 bits
/// @param scale the signed scale of a sub-block
public record SignedScalesCode(int blockBytes, int dAt, Number number, Scale scale) implements SuperBlockCode {

    public static final int SUB_BLOCKS = 16;
    public static final int SCALE_WORDS = 4;
    public static final int HEAD_WORDS = SCALE_WORDS + 1;

    /// Weight `i` of sub-block `sub` of the block at `at`.
    @FunctionalInterface
    public interface Number {
        int of(MemorySegment data, long at, int sub, int i);
    }

    /// Scale of sub-block `sub` of the block at `at`.
    @FunctionalInterface
    public interface Scale {
        int of(MemorySegment data, long at, int sub);
    }

    @Override
    public int headWords(int subBlocks) {
        return HEAD_WORDS;
    }

    @Override
    public Fields fields() {
        return Fields.SIXES;
    }

    @Override
    public void rewrite(MemorySegment source, long at, int subBlocks, int[] words) {
        int scalesAt = SUB_BLOCKS * fields().words();
        int[] numbers = new int[fields().numbers()];
        for (int sub = 0; sub < SUB_BLOCKS; sub++) {
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = number.of(source, at, sub, i);
            }
            fields().lay(numbers, 0, words, sub * fields().words());
            int shifted = (scale.of(source, at, sub) & 0xFF) << sub % 4 * 8;
            words[scalesAt + sub / 4] = sub % 4 == 0 ? shifted : words[scalesAt + sub / 4] | shifted;
        }
        words[scalesAt + SCALE_WORDS] = Bytes.unsignedShort(source, at + dAt);
    }
}
