package h2eal.runtime.page;

import h2eal.attention.SummaryScore;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// Where the key summaries of one KV head lie: blocks of [#BLOCK] consecutive summaries, `[headSize][2][BLOCK]` f32, so
/// that one vector scores many summaries. The two numbers of a dimension are its minimum and maximum
/// ([SummaryScore#BOX]) or its mean and population variance ([SummaryScore#SPREAD], [SummaryScore#MASS]), over the keys
/// after RoPE.
///
/// @param kind what a summary holds
/// @param headSize numbers of one key
public record SummaryLayout(SummaryScore kind, int headSize) {

    /// Summaries of one block.
    public static final int BLOCK = 16;

    public SummaryLayout {
        Objects.requireNonNull(kind, "kind");
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
        return 2L * headSize * BLOCK * Float.BYTES;
    }

    /// Bytes of one summary.
    public int summaryBytes() {
        return 2 * headSize * Float.BYTES;
    }

    /// Takes one more key into summary `lane` of the block at `blockAt`.
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
}
