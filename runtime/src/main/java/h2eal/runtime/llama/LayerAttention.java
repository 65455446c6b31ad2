package h2eal.runtime.llama;

/// Attention of one layer for a batch of tokens: takes their keys and values into the cache, then lets their queries
/// read it. How much is read is the implementation's business.
@FunctionalInterface
public interface LayerAttention {

    /// @param layer the layer, from 0
    /// @param queries `[batch][queryHeads][headSize]`, after RoPE
    /// @param keys `[batch][kvHeads][headSize]`, after RoPE
    /// @param values `[batch][kvHeads][headSize]`
    /// @param out `[batch][queryHeads][headSize]`, written
    void attend(int layer, float[] queries, float[] keys, float[] values, float[] out, int batch);
}
