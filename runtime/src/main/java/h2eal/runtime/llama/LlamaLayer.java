package h2eal.runtime.llama;

import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// The weights of one transformer block.
///
/// @param afterAttentionNorm weights of the normalisation of what attention adds, `[width]`
/// @param afterFeedForwardNorm weights of the normalisation of what the feed-forward block adds, `[width]`
/// @param queryNorm weights of the normalisation of every query head, `[headSize]`
/// @param keyNorm weights of the normalisation of every key head, `[headSize]`
record LlamaLayer(
        float[] attentionNorm,
        Linear query,
        Linear key,
        Linear value,
        Optional<float[]> queryNorm,
        Optional<float[]> keyNorm,
        Linear attentionOutput,
        Optional<float[]> afterAttentionNorm,
        float[] feedForwardNorm,
        Linear gate,
        Linear up,
        Linear down,
        Optional<float[]> afterFeedForwardNorm) {

    /// This layer with every matrix replaced.
    LlamaLayer with(UnaryOperator<Linear> change) {
        return new LlamaLayer(
                attentionNorm,
                change.apply(query),
                change.apply(key),
                change.apply(value),
                queryNorm,
                keyNorm,
                change.apply(attentionOutput),
                afterAttentionNorm,
                feedForwardNorm,
                change.apply(gate),
                change.apply(up),
                change.apply(down),
                afterFeedForwardNorm);
    }

    /// The layers that multiply.
    Stream<Linear> matrices() {
        return Stream.of(query, key, value, attentionOutput, gate, up, down);
    }
}
