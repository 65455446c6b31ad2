package h2eal.runtime.block;

import java.lang.foreign.MemorySegment;

/// Turns one block of quantised weights back into numbers, exactly as ggml defines the block.
@FunctionalInterface
public interface BlockDecoder {

    /// Decodes the block at byte `at` of `data` into `out`, from `outAt` on.
    void decode(MemorySegment data, long at, float[] out, int outAt);
}
