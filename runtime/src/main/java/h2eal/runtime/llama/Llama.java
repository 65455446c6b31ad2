package h2eal.runtime.llama;

import h2eal.model.ModelShape;
import h2eal.runtime.decode.ModelAttention;
import h2eal.runtime.gguf.GgufFile;
import java.lang.foreign.Arena;
import java.util.Objects;

/// A model of the Llama family: its configuration, and its weights where they lie in the file.
public final class Llama {

    private final LlamaConfig config;
    private final LlamaWeights weights;

    private Llama(LlamaConfig config, LlamaWeights weights) {
        this.config = Objects.requireNonNull(config, "config");
        this.weights = Objects.requireNonNull(weights, "weights");
    }

    /// The model in `file`, which must stay open while the model is used.
    ///
    /// @throws GgufException if the file does not hold a whole model of a known architecture
    public static Llama of(GgufFile file) {
        LlamaConfig config = LlamaConfig.of(file);
        return new Llama(config, LlamaWeights.of(file, config));
    }

    /// This model with copies of quantised weights whose rows lie side by side: decode steps multiply them 1.5 to 3
    /// times as fast as in the file's own layout, and the rarer types 20 to 40 times. Where weights have 2 to 6 bits, a
    /// step then rounds its activations to 8 bits, as the peers do; not where they stand for levels.
    ///
    /// @param arena owner of the copies
    public Llama interleaved(Arena arena) {
        return new Llama(config, weights.interleave(arena));
    }

    /// Bytes of the copies that [#interleaved] makes.
    public long interleavedBytes() {
        return weights.interleavedBytes();
    }

    /// What the model's own attention prescribes.
    public ModelAttention attention() {
        return config.attention();
    }

    /// What the metadata say.
    LlamaConfig config() {
        return config;
    }

    /// Sizes of the model.
    public ModelShape shape() {
        return config.shape();
    }

    /// Bytes of weights that one decode step reads.
    public long weightBytesPerStep() {
        return weights.bytesPerStep();
    }

    /// Bytes of the copies that [#interleaved] made.
    public long copyBytes() {
        return weights.copyBytes();
    }

    LlamaWeights weights() {
        return weights;
    }
}
