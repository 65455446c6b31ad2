package h2eal.mapping;

import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryPrecision;
import h2eal.model.ModelShape;
import h2eal.model.Precision;
import java.util.Objects;

/// How the KV cache of a model is stored and what one of its tokens costs to attend.
///
/// @param headSize numbers in one key or value of one head
/// @param queryHeads query heads that share one KV head
/// @param precision type of the stored numbers, and of the multiplications that read them
/// @param geometry page and summary sizes
/// @param summaryPrecision how key summaries are stored
public record KvFormat(
        int headSize, int queryHeads, Precision precision, PageGeometry geometry, SummaryPrecision summaryPrecision) {

    /// A format whose summaries are stored as its keys.
    public KvFormat(int headSize, int queryHeads, Precision precision, PageGeometry geometry) {
        this(headSize, queryHeads, precision, geometry, SummaryPrecision.CACHE);
    }

    public KvFormat {
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(geometry, "geometry");
        Objects.requireNonNull(summaryPrecision, "summaryPrecision");
        if (headSize < 1 || queryHeads < 1) {
            throw new IllegalArgumentException(
                    "headSize and queryHeads must be positive: %d, %d".formatted(headSize, queryHeads));
        }
    }

    /// The format of a model's cache under an attention.
    public static KvFormat of(ModelShape model, Precision precision, HybridAttention attention) {
        return new KvFormat(
                model.headSize(), model.groupSize(), precision, attention.geometry(), attention.summaryPrecision());
    }

    /// Bytes of the key, or of the value, of one token of one KV head.
    public int keyBytes() {
        return Math.toIntExact(precision.bytes(headSize));
    }

    /// Bytes of K and V of one token of one KV head.
    public int tokenBytes() {
        return 2 * keyBytes();
    }

    /// Bytes of one key summary: two vectors, minimum and maximum or mean and spread. Scales are not
    /// counted, as they are not for the cache.
    public int summaryBytes() {
        return switch (summaryPrecision) {
            case CACHE -> 2 * keyBytes();
            case INT8 -> 2 * headSize;
        };
    }

    /// Multiply-accumulates that one token costs: its scores and its share of the outputs, for all query heads.
    public int macsPerToken() {
        return 2 * headSize * queryHeads;
    }

    /// Multiply-adds of the selector that one key summary costs.
    public int addsPerSummary() {
        return 2 * headSize * queryHeads;
    }
}
