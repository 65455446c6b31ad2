package h2eal.runtime.llama;

/// Looks at the intermediate values of a forward pass.
@FunctionalInterface
interface Probe {

    /// What a value is.
    enum Stage {
        /// The tokens' embeddings, `[batch][width]`.
        EMBEDDING,
        /// Queries after normalisation and RoPE, `[batch][queryHeads * headSize]`.
        QUERY,
        /// Keys after normalisation and RoPE, `[batch][kvHeads * headSize]`.
        KEY,
        /// Values, `[batch][kvHeads * headSize]`.
        VALUE,
        /// What attention gathered, `[batch][queryHeads * headSize]`.
        ATTENTION,
        /// The residual stream after attention, `[batch][width]`.
        AFTER_ATTENTION,
        /// The residual stream after the feed-forward block, `[batch][width]`.
        AFTER_FEED_FORWARD
    }

    /// Sees the first `count` numbers of `values`.
    void see(Stage stage, int layer, float[] values, int count);
}
