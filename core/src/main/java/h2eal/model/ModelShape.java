package h2eal.model;

import java.util.Objects;

/// The shape of a decoder-only transformer: everything that decides what a decode step reads and computes.
///
/// @param name the preset's name, as in `configs/models/`
/// @param layers transformer blocks
/// @param width numbers in the residual stream
/// @param queryHeads query heads per layer
/// @param kvHeads KV heads per layer; divides `queryHeads`
/// @param headSize numbers in one key or value of one head
/// @param ffnWidth inner width of one gated feed-forward block (of one expert in a mixture)
/// @param vocabulary rows of the output matrix
/// @param experts feed-forward blocks per layer; 1 unless a mixture of experts
/// @param activeExperts feed-forward blocks used per token
/// @param tiedOutput whether the output matrix is the embedding matrix
/// @param maxContext tokens the model was trained for
public record ModelShape(
        String name,
        int layers,
        int width,
        int queryHeads,
        int kvHeads,
        int headSize,
        int ffnWidth,
        int vocabulary,
        int experts,
        int activeExperts,
        boolean tiedOutput,
        int maxContext) {

    public ModelShape {
        Objects.requireNonNull(name, "name");
        requirePositive("layers", layers);
        requirePositive("width", width);
        requirePositive("queryHeads", queryHeads);
        requirePositive("kvHeads", kvHeads);
        requirePositive("headSize", headSize);
        requirePositive("ffnWidth", ffnWidth);
        requirePositive("vocabulary", vocabulary);
        requirePositive("experts", experts);
        requirePositive("activeExperts", activeExperts);
        requirePositive("maxContext", maxContext);
        if (queryHeads % kvHeads != 0) {
            throw new IllegalArgumentException(
                    "queryHeads must be a multiple of kvHeads: %d, %d".formatted(queryHeads, kvHeads));
        }
        if (activeExperts > experts) {
            throw new IllegalArgumentException(
                    "activeExperts must be at most experts: %d, %d".formatted(activeExperts, experts));
        }
    }

    /// Query heads that share one KV head.
    public int groupSize() {
        return queryHeads / kvHeads;
    }

    /// Numbers that K and V of one token occupy in one KV head.
    public int kvNumbersPerToken() {
        return 2 * headSize;
    }

    /// Weights that one decode step reads in one layer, all active experts included.
    public long layerWeights() {
        return attentionWeights() + feedForwardWeights();
    }

    /// Weights of the query, key, value and output projections of one layer.
    public long attentionWeights() {
        long queries = (long) width * queryHeads * headSize;
        long keys = (long) width * kvHeads * headSize;
        return 2 * queries + 2 * keys;
    }

    /// Weights of the active feed-forward blocks of one layer: gate, up and down.
    public long feedForwardWeights() {
        return 3L * width * ffnWidth * activeExperts;
    }

    /// Weights of the output matrix.
    public long outputWeights() {
        return (long) width * vocabulary;
    }

    /// Weights that must be stored: every expert of every layer, the embedding, and the output unless tied.
    public long storedWeights() {
        long layer = attentionWeights() + 3L * width * ffnWidth * experts;
        return layers * layer + outputWeights() * (tiedOutput ? 1 : 2);
    }

    private static void requirePositive(String field, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException("%s must be positive: %d".formatted(field, value));
        }
    }
}
