package h2eal.runtime.interleaved.code;

import java.lang.foreign.MemorySegment;

/// How weights of one GGUF type are rewritten as words of 32 bits: first the [Fields] of some weights of a row,
/// sub-block by sub-block, then their scales.
public interface BlockCode {

    /// Weights of a block in the file.
    int blockWeights();

    /// Bytes of a block in the file.
    int blockBytes();

    /// Weights whose words lie together; at the end of a row they may be fewer. Their scales must not be many: where
    /// more than 2 KB of other lines interrupt a stream, a prefetcher lost track of it.
    int together();

    /// How the weights lie in their words, a sub-block of [Fields#numbers] after the other.
    Fields fields();

    /// Words of the scales of so many sub-blocks.
    int headWords(int subBlocks);

    /// Words of so many sub-blocks.
    default int words(int subBlocks) {
        return subBlocks * fields().words() + headWords(subBlocks);
    }

    /// Rewrites `subBlocks` sub-blocks, which begin with the block at byte `at` of `source`, as words from 0.
    void rewrite(MemorySegment source, long at, int subBlocks, int[] words);
}
