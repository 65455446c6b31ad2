package h2eal.model;

/// How one number of the weights or of the KV cache is stored.
public enum Precision {
    F32(32),
    F16(16),
    BF16(16),
    INT8(8),
    INT4(4);

    private final int bits;

    Precision(int bits) {
        this.bits = bits;
    }

    /// Bits of one stored number, block scales not included.
    public int bits() {
        return bits;
    }

    /// Bytes that `count` numbers occupy, rounded up to a whole byte.
    public long bytes(long count) {
        return (count * bits + 7) / 8;
    }
}
