package h2eal.runtime.interleaved;

import h2eal.runtime.block.Bytes;
import java.lang.foreign.MemorySegment;

/// Two blocks of Q4_0, whose bytes already lie as [Fields#NIBBLES] do: 4 words each, and a word of both f16 scales.
final class Q4Code implements BlockCode {

    private static final int BLOCK_BYTES = 18;

    @Override
    public int weights() {
        return 64;
    }

    @Override
    public int sourceBytes() {
        return 2 * BLOCK_BYTES;
    }

    @Override
    public int words() {
        return 9;
    }

    @Override
    public Fields fields() {
        return Fields.NIBBLES;
    }

    @Override
    public void rewrite(MemorySegment source, long at, int[] words, int to) {
        for (int k = 0; k < 4; k++) {
            words[to + k] = Bytes.word(source, at + 2 + 4 * k);
            words[to + 4 + k] = Bytes.word(source, at + BLOCK_BYTES + 2 + 4 * k);
        }
        words[to + 8] = Bytes.unsignedShort(source, at) | Bytes.unsignedShort(source, at + BLOCK_BYTES) << 16;
    }
}
