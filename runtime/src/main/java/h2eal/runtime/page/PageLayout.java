package h2eal.runtime.page;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// Where the numbers of one page of one KV head lie: K, then V, adjacent so that a selected page is one stretch of
/// memory; with Q8 and Q4 each is followed by its scales.
///
/// K is stored dimension-major: a vector holds one dimension of many tokens, so scores need no horizontal sums. V is
/// stored token-major. Both are matrices cut into strips of [KvType#STRIP] columns, each stored from its first row to
/// its last: K is `[strips of keyStride][headSize][strip]`, V is `[strips of valueStride][pageTokens][strip]`. Strides
/// are padded to whole vectors; the last strip may be half as wide. So kernels, which go down the rows of one strip
/// after the other, read a page from its first byte to its last, and pages in a row as one stream; the prefetcher of
/// Zen 5 loses it at a gap of 512 bytes.
///
/// F16 and BF16 interleave each run of 32 numbers as 16 pairs (i, i + 16): one 32-bit lane holds two numbers that
/// unpack into two vectors of consecutive numbers with shifts alone.
///
/// Q4 is Q8 folded once: a byte holds number i of what K or V would be as Q8 in its lower half, and the number half of
/// K or V behind it in its upper one, both with 8 added. So pages are unpacked without moving numbers between lanes.
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

    /// The layout of the same page with numbers of another type.
    public PageLayout as(KvType other) {
        return new PageLayout(other, headSize, pageTokens);
    }

    /// Bytes from the start of a page to the f32 scales of its keys, one per token.
    long keyScalesAt() {
        return type.bytes(keyNumbers());
    }

    /// Bytes from the start of a page to its V.
    long valuesAt() {
        return keyScalesAt() + scaleBytes();
    }

    /// Bytes from the start of a page to the f32 scales of its values, one per token.
    long valueScalesAt() {
        return valuesAt() + type.bytes(valueNumbers());
    }

    /// Bytes of one page, padding and scales included.
    public long pageBytes() {
        return Math.ceilDiv(valueScalesAt() + scaleBytes(), ALIGNMENT) * ALIGNMENT;
    }

    /// Numbers of K, padding included.
    long keyNumbers() {
        return (long) headSize * keyStride();
    }

    /// Numbers of V, padding included.
    long valueNumbers() {
        return (long) pageTokens * valueStride();
    }

    private long scaleBytes() {
        return type.isScaled() ? (long) keyStride() * Float.BYTES : 0;
    }

    /// Bytes that the K and V of one token occupy, padding not included.
    public int tokenBytes() {
        return (int) type.bytes(2L * headSize) + (type.isScaled() ? 2 * Float.BYTES : 0);
    }

    /// Index within the width of K or V at which number `i` is stored.
    int place(int i) {
        return type.isPaired() ? (i & ~31) | (i & 15) << 1 | (i >> 4 & 1) : i;
    }

    /// Writes the key and value of one token, both at `at` of their arrays, into slot `slot` of the page at `pageAt`.
    public void store(MemorySegment memory, long pageAt, int slot, float[] keys, float[] values, int at) {
        Objects.checkIndex(slot, pageTokens);
        switch (type) {
            case F32 -> {
                for (int i = 0; i < headSize; i++) {
                    memory.set(ValueLayout.JAVA_FLOAT, pageAt + keyAt(slot, i), keys[at + i]);
                    memory.set(ValueLayout.JAVA_FLOAT, pageAt + valueAt(slot, i), values[at + i]);
                }
            }
            case F16, BF16 -> {
                for (int i = 0; i < headSize; i++) {
                    memory.set(ValueLayout.JAVA_SHORT, pageAt + keyAt(slot, i), half(keys[at + i]));
                    memory.set(ValueLayout.JAVA_SHORT, pageAt + valueAt(slot, i), half(values[at + i]));
                }
            }
            case Q8, Q4 -> {
                float keyScale = scale(keys, at);
                float valueScale = scale(values, at);
                long valuesAt = pageAt + valuesAt();
                memory.set(ValueLayout.JAVA_FLOAT, pageAt + keyScaleAt(slot), keyScale);
                memory.set(ValueLayout.JAVA_FLOAT, pageAt + valueScaleAt(slot), valueScale);
                for (int i = 0; i < headSize; i++) {
                    setUnits(memory, pageAt, keyAt(slot, i), keyNumbers(), units(keys[at + i], keyScale));
                    setUnits(memory, valuesAt, valueOffset(slot, i), valueNumbers(), units(values[at + i], valueScale));
                }
            }
        }
    }

    /// Copies the numbers of the F32 page at `pageAt` to the slots from `slot` on, a multiple of `pageTokens`, of the
    /// longer page at the start of `target`.
    ///
    /// @param wide the layout of that page, else as this one
    public void copy(MemorySegment memory, long pageAt, PageLayout wide, MemorySegment target, int slot) {
        for (int token = 0; token < pageTokens; ) {
            int place = slot + token;
            int run = Math.min(pageTokens - token, KvType.STRIP - Math.max(token % KvType.STRIP, place % KvType.STRIP));
            Strip from = new Strip(memory, pageAt + keyAt(token, 0), type.rowBytes(token, keyStride()));
            Strip to = new Strip(target, wide.keyAt(place, 0), type.rowBytes(place, wide.keyStride()));
            from.copyRows(headSize, run * Float.BYTES, to);
            token += run;
        }
        for (int number = 0; number < valueStride(); number += KvType.STRIP) {
            long bytes = (long) pageTokens * type.rowBytes(number, valueStride());
            MemorySegment.copy(memory, pageAt + valueAt(0, number), target, wide.valueAt(slot, number), bytes);
        }
    }

    /// Where a strip of floats begins, and the bytes from one row to the next.
    private record Strip(MemorySegment memory, long at, long step) {

        /// Copies the first `bytes` bytes of every row.
        void copyRows(int rows, int bytes, Strip target) {
            if (bytes == step && bytes == target.step) {
                MemorySegment.copy(memory, at, target.memory, target.at, rows * step);
                return;
            }
            for (int column = 0; column + Long.BYTES <= bytes; column += Long.BYTES) {
                for (int row = 0; row < rows; row++) {
                    long number = memory.get(ValueLayout.JAVA_LONG, at + column + row * step);
                    target.memory.set(ValueLayout.JAVA_LONG, target.at + column + row * target.step, number);
                }
            }
            if (bytes % Long.BYTES > 0) {
                int column = bytes - Float.BYTES;
                for (int row = 0; row < rows; row++) {
                    int number = memory.get(ValueLayout.JAVA_INT, at + column + row * step);
                    target.memory.set(ValueLayout.JAVA_INT, target.at + column + row * target.step, number);
                }
            }
        }
    }

    /// Number `i` of the key in slot `slot`, as the kernels see it.
    public float key(MemorySegment memory, long pageAt, int slot, int i) {
        return number(memory, pageAt, keyAt(slot, i), keyNumbers(), pageAt + keyScaleAt(slot));
    }

    /// Number `i` of the value in slot `slot`, as the kernels see it.
    public float value(MemorySegment memory, long pageAt, int slot, int i) {
        long matrixAt = pageAt + valuesAt();
        return number(memory, matrixAt, valueOffset(slot, i), valueNumbers(), pageAt + valueScaleAt(slot));
    }

    /// Bytes from the start of a page to a number of K, unpacked.
    private long keyAt(int slot, int i) {
        int place = place(slot);
        KvType unpacked = type.multiplied();
        return unpacked.offset(place, headSize) + (long) i * unpacked.rowBytes(place, keyStride());
    }

    private long valueAt(int slot, int i) {
        return valuesAt() + valueOffset(slot, i);
    }

    /// Bytes from the start of V to one of its numbers, unpacked.
    private long valueOffset(int slot, int i) {
        int place = place(i);
        KvType unpacked = type.multiplied();
        return unpacked.offset(place, pageTokens) + (long) slot * unpacked.rowBytes(place, valueStride());
    }

    private long keyScaleAt(int slot) {
        return keyScalesAt() + (long) slot * Float.BYTES;
    }

    private long valueScaleAt(int slot) {
        return valueScalesAt() + (long) slot * Float.BYTES;
    }

    /// The number `offset` bytes behind the start of a matrix of `numbers`, unpacked.
    private float number(MemorySegment memory, long matrixAt, long offset, long numbers, long scaleAt) {
        long at = matrixAt + offset;
        return switch (type) {
            case F32 -> memory.get(ValueLayout.JAVA_FLOAT, at);
            case F16 -> Float.float16ToFloat(memory.get(ValueLayout.JAVA_SHORT, at));
            case BF16 -> Float.intBitsToFloat(memory.get(ValueLayout.JAVA_SHORT, at) << 16);
            case Q8 -> memory.get(ValueLayout.JAVA_BYTE, at) * memory.get(ValueLayout.JAVA_FLOAT, scaleAt);
            case Q4 -> {
                int both = memory.get(ValueLayout.JAVA_BYTE, matrixAt + offset % (numbers / 2));
                int units = (both >> shift(offset, numbers) & 15) - 8;
                yield units * memory.get(ValueLayout.JAVA_FLOAT, scaleAt);
            }
        };
    }

    /// Stores how many scales a number is.
    private void setUnits(MemorySegment memory, long matrixAt, long offset, long numbers, int units) {
        if (type == KvType.Q8) {
            memory.set(ValueLayout.JAVA_BYTE, matrixAt + offset, (byte) units);
            return;
        }
        long at = matrixAt + offset % (numbers / 2);
        int shift = shift(offset, numbers);
        int other = memory.get(ValueLayout.JAVA_BYTE, at) & ~(15 << shift);
        memory.set(ValueLayout.JAVA_BYTE, at, (byte) (other | units + 8 << shift));
    }

    /// Where in its byte a number of Q4 begins.
    private static int shift(long offset, long numbers) {
        return offset < numbers / 2 ? 0 : 4;
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

    /// The least scale with which no number of a token is cut off. Of Q8 the ends are 127 and -127; of Q4, where each
    /// unit counts, 7 and -8.
    private float scale(float[] numbers, int at) {
        float least = 0;
        float largest = 0;
        for (int i = 0; i < headSize; i++) {
            least = Math.min(least, numbers[at + i]);
            largest = Math.max(largest, numbers[at + i]);
        }
        return type == KvType.Q4 ? Math.max(largest / 7, -least / 8) : Math.max(largest, -least) / 127;
    }

    /// How many scales a number is; the ends are met where a scale has lost digits, as the tiniest floats do.
    private int units(float number, float scale) {
        int units = scale == 0 ? 0 : Math.round(number / scale);
        return type == KvType.Q4 ? Math.clamp(units, -8, 7) : Math.clamp(units, -127, 127);
    }
}
