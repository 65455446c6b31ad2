package h2eal.runtime.interleaved;

import java.lang.foreign.MemorySegment;

/// How blocks of one GGUF type are rewritten as words of 32 bits: first the [Fields] of all weights, sub-block by
/// sub-block, then the scales.
interface BlockCode {

    /// Weights that are rewritten together: a block, or two small ones.
    int weights();

    /// Bytes of so many weights in the file.
    int sourceBytes();

    /// Words that they become.
    int words();

    /// How the weights lie in their words.
    Fields fields();

    /// Rewrites the block at byte `at` of `source` into `words[to..to + words())`.
    void rewrite(MemorySegment source, long at, int[] words, int to);
}
