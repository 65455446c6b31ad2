package h2eal.runtime.interleaved;

/// Weight types of GGUF that [InterleavedRows] holds.
public enum RowFormat {
    Q4_0(new Q4Code()),
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
        return code.weights();
    }
}
