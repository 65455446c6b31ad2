package h2eal.runtime.page;

/// How the KV cache stores a number.
public enum KvType {
    F32(4, 16),
    /// Half precision, saturating at 65504; magnitudes below 2^-14 become zero, so that no kernel meets a denormal.
    F16(2, 32),
    /// Signed bytes with one f32 scale per token and head for K and one for V.
    Q8(1, 64);

    private final int bytes;
    private final int stripNumbers;

    KvType(int bytes, int stripNumbers) {
        this.bytes = bytes;
        this.stripNumbers = stripNumbers;
    }

    /// Bytes of one number, scales not included.
    public int bytes() {
        return bytes;
    }

    /// Numbers of one row of a strip, one cache line: see [PageLayout].
    int stripNumbers() {
        return stripNumbers;
    }

    /// Bytes of one row of a strip.
    int stripBytes() {
        return stripNumbers * bytes;
    }
}
