package h2eal.runtime.interleaved.code;

import h2eal.runtime.block.Blocks256;
import h2eal.runtime.block.Bytes;
import java.lang.foreign.MemorySegment;

/// Q2_K: each weight's 2 bits times the 4 of its sub-block's scale, which is a number of 6 bits and leaves the block
/// one
/// scale; then sixteen least weights of 4 bits, and f16 d and dMin. Two and a half times the bytes of the file.
public record Q2kCode() implements BlockCode {

    public static final int SUB_BLOCKS = 16;
    public static final int LEAST_WORDS = 2;
    public static final int HEAD_WORDS = LEAST_WORDS + 1;

    @Override
    public int blockWeights() {
        return 256;
    }

    @Override
    public int blockBytes() {
        return 84;
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
        int leastsAt = SUB_BLOCKS * fields().words();
        int[] numbers = new int[fields().numbers()];
        for (int sub = 0; sub < SUB_BLOCKS; sub++) {
            int pair = Bytes.unsigned(source, at + sub);
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (pair & 15) * Blocks256.numberOfQ2k(source, at, sub, i);
            }
            fields().lay(numbers, 0, words, sub * fields().words());
            int shifted = pair >> 4 << sub % 8 * 4;
            words[leastsAt + sub / 8] = sub % 8 == 0 ? shifted : words[leastsAt + sub / 8] | shifted;
        }
        words[leastsAt + LEAST_WORDS] = Bytes.word(source, at + 80);
    }
}
