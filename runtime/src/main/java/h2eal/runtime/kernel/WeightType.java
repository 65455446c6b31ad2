package h2eal.runtime.kernel;

import h2eal.runtime.block.BlockDecoder;
import h2eal.runtime.block.Blocks256;
import h2eal.runtime.block.Blocks32;
import h2eal.runtime.interleaved.code.RowFormat;
import java.util.Optional;

/// How GGUF stores the numbers of one weight matrix: blocks of consecutive weights of a row (ggml's block layouts).
public enum WeightType {
    F32(4),
    F16(2),
    BF16(2),
    /// 32 signed bytes behind one f16 scale: `w = scale * q`.
    Q8_0(32, 34, Blocks32::q8v0),
    /// 32 nibbles behind one f16 scale, byte j holding weight j (low) and weight j + 16 (high): `w = scale * (q - 8)`.
    Q4_0(32, 18, Blocks32::q4v0),
    Q4_1(32, 20, Blocks32::q4v1),
    Q5_0(32, 22, Blocks32::q5v0),
    Q5_1(32, 24, Blocks32::q5v1),
    IQ4_NL(32, 18, Blocks32::iq4nl),
    MXFP4(32, 17, Blocks32::mxfp4),
    Q2_K(256, 84, Blocks256::q2k),
    Q3_K(256, 110, Blocks256::q3k),
    Q4_K(256, 144, Blocks256::q4k),
    Q5_K(256, 176, Blocks256::q5k),
    Q6_K(256, 210, Blocks256::q6k),
    IQ4_XS(256, 136, Blocks256::iq4xs);

    private final int blockWeights;
    private final int blockBytes;
    private final Optional<BlockDecoder> decoder;

    /// One number after the other.
    WeightType(int bytes) {
        blockWeights = 1;
        blockBytes = bytes;
        decoder = Optional.empty();
    }

    /// Blocks of quantised numbers.
    WeightType(int blockWeights, int blockBytes, BlockDecoder decoder) {
        this.blockWeights = blockWeights;
        this.blockBytes = blockBytes;
        this.decoder = Optional.of(decoder);
    }

    /// How a block becomes numbers; none for types that are not quantised.
    Optional<BlockDecoder> decoder() {
        return decoder;
    }

    /// How rows of this type are laid side by side; none for types that are multiplied as they lie.
    Optional<RowFormat> rowFormat() {
        return switch (this) {
            case Q8_0 -> Optional.of(RowFormat.Q8_0);
            case Q4_0 -> Optional.of(RowFormat.Q4_0);
            case Q4_1 -> Optional.of(RowFormat.Q4_1);
            case Q5_0 -> Optional.of(RowFormat.Q5_0);
            case Q5_1 -> Optional.of(RowFormat.Q5_1);
            case Q4_K -> Optional.of(RowFormat.Q4_K);
            case Q5_K -> Optional.of(RowFormat.Q5_K);
            case Q6_K -> Optional.of(RowFormat.Q6_K);
            case Q2_K -> Optional.of(RowFormat.Q2_K);
            case Q3_K -> Optional.of(RowFormat.Q3_K);
            case IQ4_NL -> Optional.of(RowFormat.IQ4_NL);
            case IQ4_XS -> Optional.of(RowFormat.IQ4_XS);
            case MXFP4 -> Optional.of(RowFormat.MXFP4);
            case F32, F16, BF16 -> Optional.empty();
        };
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
