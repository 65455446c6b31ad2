package h2eal.runtime.llama;

import java.util.Optional;
import java.util.stream.Stream;

/// The weights of one transformer block.
///
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
        float[] feedForwardNorm,
        Linear gate,
        Linear up,
        Linear down) {

    /// The layers that multiply.
    Stream<Linear> matrices() {
        return Stream.of(query, key, value, attentionOutput, gate, up, down);
    }
}
