package h2eal.runtime.page;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// Where the numbers of one page of one KV head lie: K, then V, then the scales of Q8, adjacent so that a selected page
/// is one stretch of memory.
///
/// K is stored dimension-major: a vector holds one dimension of many tokens, so scores need no horizontal sums. V is
/// stored token-major. Both are cut into strips one cache line wide, each stored from its first row to its last: K is
/// `[strips of keyStride][headSize][strip]`, V is `[strips of valueStride][pageTokens][strip]`. Strides are padded to
/// whole vectors; the last strip of Q8 may be half a line wide. So a kernel that goes down the rows of several strips
/// at once has a constant step, with which the compiler checks bounds once and not for every load, and reads several
/// streams that lie far apart, which the hardware prefetches side by side: a tenth of the bandwidth of memory more than
/// rows as wide as the page.
///
/// F16 and BF16 interleave each run of 32 numbers as 16 pairs (i, i + 16): one 32-bit lane holds two numbers that
/// unpack into two vectors of consecutive numbers with shifts alone.
///
/// @param type how a number is stored
/// @param headSize numbers of one key or value
/// @param pageTokens tokens of one page
public record PageLayout(KvType type, int headSize, int pageTokens) {

    /// Pages start on cache lines, so that no vector load crosses one.
    public static final int ALIGNMENT = 64;

    /// Strides are whole multiples of this many numbers: two vectors of 512 bits.
    static final int STRIDE_UNIT = 32;

    /// Largest finite half.
    private static final float F16_MAX = 65504;
    /// Smallest normal half.
    private static final float F16_MIN_NORMAL = 0x1p-14f;
    /// Largest finite number of 8 binary digits.
    private static final float BF16_MAX = 0x1.FEp127f;

    public PageLayout {
        Objects.requireNonNull(type, "type");
        if (headSize < 1 || pageTokens < 1) {
            throw new IllegalArgumentException(
                    "headSize and pageTokens must be positive: %d, %d".formatted(headSize, pageTokens));
        }
    }

    /// Tokens of one page, padded: the width of K.
    public int keyStride() {
        return padded(pageTokens);
    }

    /// Numbers of one value, padded: the width of V.
    public int valueStride() {
        return padded(headSize);
    }

    private static int padded(int count) {
        return Math.ceilDiv(count, STRIDE_UNIT) * STRIDE_UNIT;
    }

    /// Bytes from the start of a page to the first dimension of the key stored at `place`.
    long keyOffset(int place) {
        return offset(place, headSize, keyStride());
    }

    /// Bytes from the start of V to the number stored at `place` of the first value.
    long valueOffset(int place) {
        return offset(place, pageTokens, valueStride());
    }

    private long offset(int place, int rows, int stride) {
        int first = stripStart(place);
        return ((long) first * rows + place - first) * type.bytes();
    }

    /// Bytes from one row to the next of the strip that `place` of a width of `stride` lies in.
    int rowBytes(int place, int stride) {
        return Math.min(type.stripNumbers(), stride - stripStart(place)) * type.bytes();
    }

    private int stripStart(int place) {
        return place - place % type.stripNumbers();
    }

    /// The layout of the same page with numbers of another type.
    public PageLayout as(KvType other) {
        return new PageLayout(other, headSize, pageTokens);
    }

    /// Bytes from the start of a page to its V.
    public long valuesAt() {
        return (long) headSize * keyStride() * type.bytes();
    }

    /// Bytes from the start of a page to the f32 scales of its keys, one per token; those of the values follow.
    public long scalesAt() {
        return valuesAt() + (long) pageTokens * valueStride() * type.bytes();
    }

    /// Bytes of one page, padding and scales included.
    public long pageBytes() {
        long scales = type == KvType.Q8 ? 2L * keyStride() * Float.BYTES : 0;
        return Math.ceilDiv(scalesAt() + scales, ALIGNMENT) * ALIGNMENT;
    }

    /// Bytes that the K and V of one token occupy, padding not included.
    public int tokenBytes() {
        return 2 * headSize * type.bytes() + (type == KvType.Q8 ? 2 * Float.BYTES : 0);
    }

    /// Index within the width of K or V at which number `i` is stored.
    int place(int i) {
        return type.isPaired() ? (i & ~31) | (i & 15) << 1 | (i >> 4 & 1) : i;
    }

    /// Writes the key and value of one token, both at `at` of their arrays, into slot `slot` of the page at `pageAt`.
    public void store(MemorySegment memory, long pageAt, int slot, float[] keys, float[] values, int at) {
        Objects.checkIndex(slot, pageTokens);
        long keyAt = pageAt + keyOffset(place(slot));
        long step = rowBytes(place(slot), keyStride());
        long valuesAt = pageAt + valuesAt();
        switch (type) {
            case F32 -> {
                for (int i = 0; i < headSize; i++) {
                    memory.set(ValueLayout.JAVA_FLOAT, keyAt + i * step, keys[at + i]);
                    memory.set(ValueLayout.JAVA_FLOAT, valuesAt + valueOffset(slot, i), values[at + i]);
                }
            }
            case F16, BF16 -> {
                for (int i = 0; i < headSize; i++) {
                    memory.set(ValueLayout.JAVA_SHORT, keyAt + i * step, half(keys[at + i]));
                    memory.set(ValueLayout.JAVA_SHORT, valuesAt + valueOffset(slot, i), half(values[at + i]));
                }
            }
            case Q8 -> {
                float keyScale = scale(keys, at);
                float valueScale = scale(values, at);
                long scaleAt = pageAt + scalesAt() + (long) slot * Float.BYTES;
                memory.set(ValueLayout.JAVA_FLOAT, scaleAt, keyScale);
                memory.set(ValueLayout.JAVA_FLOAT, scaleAt + (long) keyStride() * Float.BYTES, valueScale);
                for (int i = 0; i < headSize; i++) {
                    memory.set(ValueLayout.JAVA_BYTE, keyAt + i * step, quantised(keys[at + i], keyScale));
                    memory.set(
                            ValueLayout.JAVA_BYTE,
                            valuesAt + valueOffset(slot, i),
                            quantised(values[at + i], valueScale));
                }
            }
        }
    }

    /// Copies the numbers of the F32 page at `pageAt` to the slots from `slot` on, a multiple of `pageTokens`, of the
    /// longer page at the start of `target`.
    ///
    /// @param wide the layout of that page, else as this one
    public void copy(MemorySegment memory, long pageAt, PageLayout wide, MemorySegment target, int slot) {
        int step = KvType.F32.stripBytes();
        int strip = KvType.F32.stripNumbers();
        for (int token = 0; token < pageTokens; ) {
            int place = slot + token;
            int run = Math.min(pageTokens - token, strip - Math.max(token % strip, place % strip));
            copyRows(memory, pageAt + keyOffset(token), target, wide.keyOffset(place), run * Float.BYTES);
            token += run;
        }
        for (int number = 0; number < valueStride(); number += strip) {
            long from = pageAt + valuesAt() + valueOffset(number);
            long to = wide.valuesAt() + wide.valueOffset(number) + (long) slot * step;
            MemorySegment.copy(memory, from, target, to, (long) pageTokens * step);
        }
    }

    /// Copies the first `bytes` bytes of every row of a strip of K.
    private void copyRows(MemorySegment memory, long from, MemorySegment target, long to, int bytes) {
        int step = KvType.F32.stripBytes();
        if (bytes == step) {
            MemorySegment.copy(memory, from, target, to, (long) headSize * step);
            return;
        }
        for (int at = 0; at + Long.BYTES <= bytes; at += Long.BYTES) {
            for (int row = 0; row < headSize; row++) {
                long number = memory.get(ValueLayout.JAVA_LONG, from + at + row * (long) step);
                target.set(ValueLayout.JAVA_LONG, to + at + row * (long) step, number);
            }
        }
        if (bytes % Long.BYTES > 0) {
            int at = bytes - Float.BYTES;
            for (int row = 0; row < headSize; row++) {
                int number = memory.get(ValueLayout.JAVA_INT, from + at + row * (long) step);
                target.set(ValueLayout.JAVA_INT, to + at + row * (long) step, number);
            }
        }
    }

    /// Number `i` of the key in slot `slot`, as the kernels see it.
    public float key(MemorySegment memory, long pageAt, int slot, int i) {
        long at = pageAt + keyOffset(place(slot)) + (long) i * rowBytes(place(slot), keyStride());
        long scaleAt = pageAt + scalesAt() + (long) slot * Float.BYTES;
        return number(memory, at, scaleAt);
    }

    /// Number `i` of the value in slot `slot`, as the kernels see it.
    public float value(MemorySegment memory, long pageAt, int slot, int i) {
        long at = pageAt + valuesAt() + valueOffset(slot, i);
        long scaleAt = pageAt + scalesAt() + (long) (keyStride() + slot) * Float.BYTES;
        return number(memory, at, scaleAt);
    }

    private long valueOffset(int slot, int i) {
        return valueOffset(place(i)) + (long) slot * rowBytes(place(i), valueStride());
    }

    private float number(MemorySegment memory, long at, long scaleAt) {
        return switch (type) {
            case F32 -> memory.get(ValueLayout.JAVA_FLOAT, at);
            case F16 -> Float.float16ToFloat(memory.get(ValueLayout.JAVA_SHORT, at));
            case BF16 -> Float.intBitsToFloat(memory.get(ValueLayout.JAVA_SHORT, at) << 16);
            case Q8 -> memory.get(ValueLayout.JAVA_BYTE, at) * memory.get(ValueLayout.JAVA_FLOAT, scaleAt);
        };
    }

    /// A number in 16 bits.
    private short half(float number) {
        return type == KvType.F16 ? float16(number) : bfloat16(number);
    }

    private static short float16(float number) {
        return Math.abs(number) < F16_MIN_NORMAL ? 0 : Float.floatToFloat16(Math.clamp(number, -F16_MAX, F16_MAX));
    }

    private static short bfloat16(float number) {
        if (Math.abs(number) < Float.MIN_NORMAL) {
            return 0;
        }
        int bits = Float.floatToRawIntBits(Math.clamp(number, -BF16_MAX, BF16_MAX));
        // to the nearest, ties to even
        return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
    }

    private float scale(float[] numbers, int at) {
        float largest = 0;
        for (int i = 0; i < headSize; i++) {
            largest = Math.max(largest, Math.abs(numbers[at + i]));
        }
        return largest / 127;
    }

    private static byte quantised(float number, float scale) {
        return scale == 0 ? 0 : (byte) Math.round(number / scale);
    }
}
