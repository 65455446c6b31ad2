package h2eal.runtime.interleaved.code;

import h2eal.runtime.block.Blocks256;

/// Weight types of GGUF whose rows can lie side by side.
public enum RowFormat {
    Q8_0(new ScaledCode(Fields.BYTES, false)),
    Q4_0(new ScaledCode(Fields.NIBBLES, false)),
    Q4_1(new ScaledCode(Fields.NIBBLES, true)),
    Q5_0(new ScaledCode(Fields.FIVES, false)),
    Q5_1(new ScaledCode(Fields.FIVES, true)),
    Q4_K(new KCode(Fields.NIBBLES, 144)),
    Q5_K(new KCode(Fields.FIVES, 176)),
    Q6_K(new SignedScalesCode(210, 208, Blocks256::numberOfQ6k, Blocks256::scaleOfQ6k)),
    Q3_K(new SignedScalesCode(
            110, 108, (data, at, sub, i) -> Blocks256.numberOfQ3k(data, at, sub, i) + 32 - 4, Blocks256::scaleOfQ3k)),
    Q2_K(new Q2kCode()),
    IQ4_NL(LevelsCode.IQ4_NL),
    IQ4_XS(LevelsCode.IQ4_XS),
    MXFP4(LevelsCode.MXFP4);

    private final BlockCode code;

    RowFormat(BlockCode code) {
        this.code = code;
    }

    public BlockCode code() {
        return code;
    }

    /// Weights of a row come in multiples of this many.
    public int granule() {
        return code.blockWeights();
    }
}
