package h2eal.runtime.interleaved;

/// Weight types of GGUF that [InterleavedRows] holds.
public enum RowFormat {
    Q8_0(new ScaledCode(Fields.BYTES, false)),
    Q4_0(new ScaledCode(Fields.NIBBLES, false)),
    Q4_1(new ScaledCode(Fields.NIBBLES, true)),
    Q5_0(new ScaledCode(Fields.FIVES, false)),
    Q5_1(new ScaledCode(Fields.FIVES, true)),
    Q4_K(new KCode(Fields.NIBBLES, 144)),
    Q5_K(new KCode(Fields.FIVES, 176)),
    Q6_K(new Q6kCode());

    private final BlockCode code;

    RowFormat(BlockCode code) {
        this.code = code;
    }

    BlockCode code() {
        return code;
    }

    /// Weights of a row come in multiples of this many.
    public int granule() {
        return code.blockWeights();
    }
}
