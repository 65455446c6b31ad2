package h2eal.runtime.llama;

import h2eal.model.ModelShape;
import h2eal.runtime.decode.ModelAttention;
import h2eal.runtime.gguf.GgufFile;
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

    LlamaWeights weights() {
        return weights;
    }
}
