package h2eal.runtime.interleaved.code;

import h2eal.runtime.block.Bytes;
import java.lang.foreign.MemorySegment;

/// Q8_0, Q4_0, Q4_1, Q5_0 and Q5_1: blocks of 32 with an f16 scale, two of them to a word, or with a scale and a least
/// weight, a word for each block.
///
/// @param fields how many bits a weight has
/// @param least whether there is a least weight
record ScaledCode(Fields fields, boolean least) implements BlockCode {

    private static final int HALF = 16;

    @Override
    public int blockWeights() {
        return 2 * HALF;
    }

    @Override
    public int blockBytes() {
        return packedAt() + (fields == Fields.BYTES ? 2 * HALF : HALF);
    }

    @Override
    public int together() {
        return least ? 128 : 256;
    }

    @Override
    public int headWords(int subBlocks) {
        return least ? subBlocks : Math.ceilDiv(subBlocks, 2);
    }

    @Override
    public void rewrite(MemorySegment source, long at, int subBlocks, int[] words) {
        int heads = subBlocks * fields.words();
        int[] numbers = new int[fields.numbers()];
        for (int sub = 0; sub < subBlocks; sub++) {
            long block = at + (long) sub * blockBytes();
            if (fields != Fields.FIVES) {
                // the bytes of the file already lie so
                for (int k = 0; k < fields.words(); k++) {
                    words[sub * fields.words() + k] = Bytes.word(source, block + packedAt() + 4 * k);
                }
            } else {
                unpack(source, block, numbers);
                fields.lay(numbers, 0, words, sub * fields.words());
            }
            if (least) {
                words[heads + sub] = Bytes.word(source, block);
            } else if (sub % 2 == 0) {
                words[heads + sub / 2] = Bytes.unsignedShort(source, block);
            } else {
                words[heads + sub / 2] |= Bytes.unsignedShort(source, block) << 16;
            }
        }
    }

    /// Numbers of 5 bits, whose last bits lie before the nibbles.
    private void unpack(MemorySegment source, long block, int[] numbers) {
        int fifths = Bytes.word(source, block + packedAt() - Integer.BYTES);
        for (int i = 0; i < HALF; i++) {
            int pair = Bytes.word(source, block + packedAt() + i / 4 * 4) >>> i % 4 * 8;
            numbers[i] = pair & 15 | (fifths >>> i & 1) << 4;
            numbers[i + HALF] = pair >>> 4 & 15 | (fifths >>> i + HALF & 1) << 4;
        }
    }

    /// Where the nibbles of a block begin.
    private int packedAt() {
        return (least ? 4 : 2) + (fields == Fields.FIVES ? Integer.BYTES : 0);
    }
}
