package h2eal.runtime.interleaved.code;

import h2eal.runtime.block.Blocks256;
import h2eal.runtime.block.Bytes;
import java.lang.foreign.MemorySegment;

/// Q2_K: the weights of sixteen sub-blocks, four words of nibbles as in the file, its scale and its least weight for
/// each sub-block, and one of f16 d and dMin.
public record Q2kCode() implements SuperBlockCode {

    public static final int SUB_BLOCKS = 16;
    public static final int PAIR_WORDS = 4;
    public static final int HEAD_WORDS = PAIR_WORDS + 1;

    @Override
    public int blockBytes() {
        return 84;
    }

    @Override
    public int headWords(int subBlocks) {
        return HEAD_WORDS;
    }

    @Override
    public Fields fields() {
        return Fields.TWOS;
    }

    @Override
    public void rewrite(MemorySegment source, long at, int subBlocks, int[] words) {
        int[] numbers = new int[fields().numbers()];
        for (int sub = 0; sub < SUB_BLOCKS; sub++) {
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = Blocks256.numberOfQ2k(source, at, sub, i);
            }
            fields().lay(numbers, 0, words, sub);
        }
        for (int k = 0; k < PAIR_WORDS; k++) {
            words[SUB_BLOCKS + k] = Bytes.word(source, at + k * Integer.BYTES);
        }
        words[SUB_BLOCKS + PAIR_WORDS] = Bytes.word(source, at + 80);
    }
}
