package h2eal.runtime;

/// Receives the exact attention weights of one decode step, head by head: what classifies heads.
@FunctionalInterface
public interface WeightSink {

    /// Accepts the weights of one query head.
    ///
    /// @param weights softmax weights of the `tokens` tokens in the cache, summing to 1; reused afterwards
    void accept(int layer, int queryHead, float[] weights, int tokens);
}
