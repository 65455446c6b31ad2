package h2eal.runtime.interleaved;

import h2eal.runtime.block.Blocks256;
import h2eal.runtime.block.Bytes;
import java.lang.foreign.MemorySegment;

/// Q6_K: the weights of sixteen sub-blocks, four words of signed scales, and one whose lower half is the f16 d: half a
/// word more than in the file.
final class Q6kCode implements BlockCode {

    static final int SUB_BLOCKS = 16;
    static final int SCALE_WORDS = 4;
    static final int HEAD_WORDS = SCALE_WORDS + 1;

    @Override
    public int blockWeights() {
        return 256;
    }

    @Override
    public int blockBytes() {
        return 210;
    }

    @Override
    public int together() {
        return blockWeights();
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
        int[] numbers = new int[fields().numbers()];
        for (int sub = 0; sub < SUB_BLOCKS; sub++) {
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = Blocks256.numberOfQ6k(source, at, sub, i);
            }
            fields().lay(numbers, 0, words, sub * fields().words());
        }
        int scalesAt = SUB_BLOCKS * fields().words();
        for (int k = 0; k < SCALE_WORDS; k++) {
            words[scalesAt + k] = Bytes.word(source, at + 192 + 4 * k);
        }
        words[scalesAt + SCALE_WORDS] = Bytes.unsignedShort(source, at + 208);
    }
}
