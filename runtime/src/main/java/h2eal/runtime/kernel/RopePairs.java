package h2eal.runtime.kernel;

/// Which two numbers of a head one rotation of RoPE turns.
public enum RopePairs {
    /// Numbers 2i and 2i + 1: llama files.
    ADJACENT,
    /// Numbers i and i + rotated/2: NeoX, Qwen, Phi.
    HALVES
}
