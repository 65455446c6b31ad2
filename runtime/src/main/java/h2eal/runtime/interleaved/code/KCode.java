package h2eal.runtime.interleaved.code;

import h2eal.runtime.block.Blocks256;
import h2eal.runtime.block.Bytes;
import java.lang.foreign.MemorySegment;

/// Q4_K and Q5_K: the weights of eight sub-blocks, then the words that the block begins with: f16 d and dMin, 8 scales
/// and 8 least weights of 6 bits.
///
/// @param fields how many bits a weight has
/// @param blockBytes bytes of a block in the file
public record KCode(Fields fields, int blockBytes) implements SuperBlockCode {

    /// Words that a block begins with.
    public static final int HEAD_WORDS = 4;
    public static final int SUB_BLOCKS = 8;

    private static final int NIBBLES = 0x0F0F0F0F;

    @Override
    public int headWords(int subBlocks) {
        return HEAD_WORDS;
    }

    @Override
    public void rewrite(MemorySegment source, long at, int subBlocks, int[] words) {
        if (fields == Fields.NIBBLES) {
            nibbles(source, at + 4 * HEAD_WORDS, words);
        } else {
            fives(source, at, words);
        }
        for (int k = 0; k < HEAD_WORDS; k++) {
            words[SUB_BLOCKS * fields.words() + k] = Bytes.word(source, at + 4 * k);
        }
    }

    /// The file has two sub-blocks in the low and the high nibbles of 32 bytes.
    private static void nibbles(MemorySegment source, long at, int[] words) {
        for (int two = 0; two < SUB_BLOCKS / 2; two++) {
            for (int k = 0; k < 4; k++) {
                int first = Bytes.word(source, at + 32 * two + 4 * k);
                int second = Bytes.word(source, at + 32 * two + 16 + 4 * k);
                words[8 * two + k] = first & NIBBLES | (second & NIBBLES) << 4;
                words[8 * two + 4 + k] = first >>> 4 & NIBBLES | second & NIBBLES << 4;
            }
        }
    }

    private void fives(MemorySegment source, long at, int[] words) {
        int[] numbers = new int[fields.numbers()];
        for (int sub = 0; sub < SUB_BLOCKS; sub++) {
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = Blocks256.numberOfQ5k(source, at, sub, i);
            }
            fields.lay(numbers, 0, words, sub * fields.words());
        }
    }
}
