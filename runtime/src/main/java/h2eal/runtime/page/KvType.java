package h2eal.runtime.page;

/// How the KV cache stores a number.
public enum KvType {
    F32(32),
    /// Half precision, saturating at 65504; magnitudes below 2^-14 become zero, so that no kernel meets a denormal.
    F16(16),
    /// The upper half of a float, rounded to nearest: a float's range with 8 binary digits; denormals become zero.
    BF16(16),
    /// Signed bytes with one f32 scale per token and head for K and one for V.
    Q8(8),
    /// Half bytes, from -8 to 7, with scales like those of Q8.
    Q4(4);

    /// Numbers of one row of a strip: four vectors of 512 bits, what a tile takes at once.
    static final int STRIP = 64;

    private final int bits;

    KvType(int bits) {
        this.bits = bits;
    }

    /// Bytes of `numbers` numbers, an even count of those of Q4; scales not included.
    public long bytes(long numbers) {
        return numbers * bits / Byte.SIZE;
    }

    /// Whether numbers count in units of a scale.
    boolean isScaled() {
        return this == Q8 || this == Q4;
    }

    /// What kernels multiply, where that is not what pages hold: Q4 is unpacked to Q8 with the same numbers.
    KvType multiplied() {
        return this == Q4 ? Q8 : this;
    }

    /// Bytes from the start of a matrix of `rows` rows to the number stored at `place` of its first row: see
    /// [PageLayout].
    long offset(int place, int rows) {
        int strip = place - place % STRIP;
        return bytes((long) strip * rows + place - strip);
    }

    /// Bytes from one row to the next of the strip that `place` of a row of `width` numbers lies in.
    int rowBytes(int place, int width) {
        return (int) bytes(Math.min(STRIP, width - (place - place % STRIP)));
    }

    /// Whether numbers of a strip lie in pairs, see [PageLayout].
    public boolean isPaired() {
        return switch (this) {
            case F16, BF16 -> true;
            case F32, Q8, Q4 -> false;
        };
    }

    /// How far right the upper half of a word moves, sign kept, to lie where a float has its exponent and fraction.
    int pairShift() {
        return this == F16 ? 3 : 0;
    }

    /// The bits of a float that the shifted upper half of a word fills.
    int pairMask() {
        return this == F16 ? 0x8FFF_E000 : 0xFFFF_0000;
    }

    /// What a number of a pair is too small by after shift and mask.
    float pairFactor() {
        return this == F16 ? 0x1p112f : 1;
    }
}
