package h2eal.runtime.page;

import h2eal.attention.SummaryPrecision;
import h2eal.attention.SummaryScore;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// Where the key summaries of one KV head lie: blocks of [#BLOCK] consecutive summaries, `[headSize][2][BLOCK]`, so
/// that one vector scores many summaries. The two numbers of a dimension are its minimum and maximum
/// ([SummaryScore#BOX]) or its mean and population variance ([SummaryScore#SPREAD], [SummaryScore#MASS]), over the keys
/// after RoPE.
///
/// Numbers are f32, or int8 followed by the scales `[2][BLOCK]`, f32, of the first and of the second numbers.
///
/// @param kind what a summary holds
/// @param headSize numbers of one key
/// @param precision how the numbers are stored
public record SummaryLayout(SummaryScore kind, int headSize, SummaryPrecision precision) {

    /// Summaries of one block.
    public static final int BLOCK = 16;

    public SummaryLayout {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(precision, "precision");
        if (headSize < 1) {
            throw new IllegalArgumentException("headSize must be positive: " + headSize);
        }
    }

    /// What the variance of the dot products counts in a score of mass: half the softmax scale.
    float massFactor() {
        return (float) (0.5 / Math.sqrt(headSize));
    }

    /// Bytes of one block.
    public long blockBytes() {
        return (long) BLOCK * summaryBytes();
    }

    /// Bytes of one summary.
    public int summaryBytes() {
        return switch (precision) {
            case CACHE -> 2 * headSize * Float.BYTES;
            case INT8 -> 2 * headSize + 2 * Float.BYTES;
        };
    }

    /// Offset in a block of the scales of the first numbers; those of the second follow. Only of int8 numbers.
    long scalesAt() {
        return 2L * headSize * BLOCK;
    }

    /// The first (`which` 0) or second (1) number of a dimension of summary `lane`.
    public float number(MemorySegment memory, long blockAt, int lane, int dimension, int which) {
        long index = (2L * dimension + which) * BLOCK + lane;
        return switch (precision) {
            case CACHE -> memory.get(ValueLayout.JAVA_FLOAT, blockAt + index * Float.BYTES);
            case INT8 ->
                memory.get(ValueLayout.JAVA_BYTE, blockAt + index)
                        * memory.get(ValueLayout.JAVA_FLOAT, scaleAt(blockAt, lane, which));
        };
    }

    private long scaleAt(long blockAt, int lane, int which) {
        return blockAt + scalesAt() + (long) (which * BLOCK + lane) * Float.BYTES;
    }

    /// Takes one more key into summary `lane` of the block at `blockAt`. Only of f32 numbers: rounded ones cannot be
    /// updated without drifting, see [#close].
    ///
    /// @param earlier keys the summary holds already; with 0 its old content is forgotten
    public void add(MemorySegment memory, long blockAt, int lane, int earlier, float[] keys, int at) {
        Objects.checkIndex(lane, BLOCK);
        long step = (long) BLOCK * Float.BYTES;
        long firstAt = blockAt + (long) lane * Float.BYTES;
        for (int i = 0; i < headSize; i++, firstAt += 2 * step) {
            float key = keys[at + i];
            float first = earlier == 0 ? key : memory.get(ValueLayout.JAVA_FLOAT, firstAt);
            float second = earlier == 0 ? startOfSecond(key) : memory.get(ValueLayout.JAVA_FLOAT, firstAt + step);
            switch (kind) {
                case BOX -> {
                    first = Math.min(first, key);
                    second = Math.max(second, key);
                }
                case SPREAD, MASS -> {
                    // Welford's update of the mean and of the sum of squared deviations
                    float mean = first + (key - first) / (earlier + 1);
                    second = (second * earlier + (key - first) * (key - mean)) / (earlier + 1);
                    first = mean;
                }
            }
            memory.set(ValueLayout.JAVA_FLOAT, firstAt, first);
            memory.set(ValueLayout.JAVA_FLOAT, firstAt + step, second);
        }
    }

    private float startOfSecond(float key) {
        return switch (kind) {
            case BOX -> key;
            case SPREAD, MASS -> 0;
        };
    }

    /// Makes int8 summary `lane` of the block at `blockAt` one that scores 0 until it is closed.
    public void open(MemorySegment memory, long blockAt, int lane) {
        Objects.checkIndex(lane, BLOCK);
        memory.set(ValueLayout.JAVA_FLOAT, scaleAt(blockAt, lane, 0), 0);
        memory.set(ValueLayout.JAVA_FLOAT, scaleAt(blockAt, lane, 1), 0);
    }

    /// Stores a whole summary as int8 numbers.
    ///
    /// @param summary the first numbers of all dimensions, then the second
    public void close(MemorySegment memory, long blockAt, int lane, float[] summary) {
        Objects.checkIndex(lane, BLOCK);
        for (int which = 0; which < 2; which++) {
            float largest = 0;
            for (int i = 0; i < headSize; i++) {
                largest = Math.max(largest, Math.abs(summary[which * headSize + i]));
            }
            float scale = largest / Byte.MAX_VALUE;
            memory.set(ValueLayout.JAVA_FLOAT, scaleAt(blockAt, lane, which), scale);
            for (int i = 0; i < headSize; i++) {
                float number = scale == 0 ? 0 : summary[which * headSize + i] / scale;
                memory.set(ValueLayout.JAVA_BYTE, blockAt + (2L * i + which) * BLOCK + lane, (byte) Math.round(number));
            }
        }
    }
}
