package h2eal.runtime.kernel;

/// How GGUF stores the numbers of one weight matrix: blocks of consecutive weights of a row (ggml's block layouts).
public enum WeightType {
    F32(1, 4),
    F16(1, 2),
    BF16(1, 2),
    /// 32 signed bytes behind one f16 scale: `w = scale * q`.
    Q8_0(32, 34),
    /// 32 nibbles behind one f16 scale, byte j holding weight j (low) and weight j + 16 (high): `w = scale * (q - 8)`.
    Q4_0(32, 18);

    private final int blockWeights;
    private final int blockBytes;

    WeightType(int blockWeights, int blockBytes) {
        this.blockWeights = blockWeights;
        this.blockBytes = blockBytes;
    }

    /// Weights of one block.
    public int blockWeights() {
        return blockWeights;
    }

    /// Bytes of one block, its scale included.
    public int blockBytes() {
        return blockBytes;
    }

    /// Bytes of one row of `columns` weights.
    ///
    /// @throws IllegalArgumentException if the row is not a whole number of blocks
    public long rowBytes(int columns) {
        if (columns < 1 || columns % blockWeights != 0) {
            throw new IllegalArgumentException(
                    "a row of %s holds a positive multiple of %d weights: %d".formatted(this, blockWeights, columns));
        }
        return (long) (columns / blockWeights) * blockBytes;
    }
}
