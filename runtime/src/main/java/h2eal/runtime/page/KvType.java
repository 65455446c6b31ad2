package h2eal.runtime.page;

/// How the KV cache stores a number.
public enum KvType {
    F32(4),
    /// Half precision, saturating at 65504; magnitudes below 2^-14 become zero, so that no kernel meets a denormal.
    F16(2),
    /// Signed bytes with one f32 scale per token and head for K and one for V.
    Q8(1);

    private final int bytes;

    KvType(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes of one number, scales not included.
    public int bytes() {
        return bytes;
    }
}
