package h2eal.runtime.llama;

import h2eal.model.ModelShape;
import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.gguf.Metadata;
import h2eal.runtime.gguf.Tensor;
import java.util.Objects;

/// What a file's metadata say about its model, validated.
///
/// @param architecture the model family
/// @param shape sizes of the model
/// @param epsilon added to the mean square by every normalisation
/// @param rope how positions turn queries and keys
public record LlamaConfig(Architecture architecture, ModelShape shape, float epsilon, Rope rope) {

    public LlamaConfig {
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(rope, "rope");
    }

    /// Reads the configuration of the model in `file`.
    ///
    /// @throws GgufException if it is incomplete, contradictory or of a kind that is not supported
    static LlamaConfig of(GgufFile file) {
        Metadata metadata = file.metadata();
        Architecture architecture = Architecture.of(metadata);
        String prefix = architecture.key() + ".";
        refuseUnsupported(metadata, prefix);
        int width = metadata.requirePositive(prefix + "embedding_length");
        int queryHeads = metadata.requirePositive(prefix + "attention.head_count");
        int kvHeads = optionalPositive(metadata, prefix + "attention.head_count_kv", queryHeads);
        if (queryHeads % kvHeads != 0) {
            throw metadata.invalid(
                    prefix + "attention.head_count_kv",
                    "must divide the %d query heads: %d".formatted(queryHeads, kvHeads));
        }
        int headSize = headSize(metadata, prefix, width, queryHeads);
        Tensor embedding = file.require(LlamaWeights.EMBEDDING);
        ModelShape shape = new ModelShape(
                metadata.text("general.name").orElse(architecture.key()),
                metadata.requirePositive(prefix + "block_count"),
                width,
                queryHeads,
                kvHeads,
                headSize,
                metadata.requirePositive(prefix + "feed_forward_length"),
                vocabulary(file, embedding),
                1,
                1,
                file.find(LlamaWeights.OUTPUT).isEmpty(),
                metadata.requirePositive(prefix + "context_length"));
        return new LlamaConfig(architecture, shape, epsilon(metadata, prefix), Rope.of(file, architecture, shape));
    }

    private static void refuseUnsupported(Metadata metadata, String prefix) {
        int experts = metadata.integer(prefix + "expert_count").orElse(0);
        if (experts > 0) {
            throw metadata.invalid(prefix + "expert_count", "mixtures of experts are not supported: " + experts);
        }
        int parts = metadata.integer("split.count").orElse(1);
        if (parts > 1) {
            throw metadata.invalid("split.count", "models in several files are not supported, merge them: " + parts);
        }
    }

    private static int optionalPositive(Metadata metadata, String key, int usual) {
        return metadata.values().containsKey(key) ? metadata.requirePositive(key) : usual;
    }

    private static int headSize(Metadata metadata, String prefix, int width, int queryHeads) {
        String key = prefix + "attention.key_length";
        if (!metadata.values().containsKey(key) && width % queryHeads != 0) {
            throw metadata.invalid(
                    prefix + "embedding_length",
                    "must be a multiple of the %d query heads: %d".formatted(queryHeads, width));
        }
        int headSize = optionalPositive(metadata, key, width / queryHeads);
        int valueSize = optionalPositive(metadata, prefix + "attention.value_length", headSize);
        if (valueSize != headSize) {
            throw metadata.invalid(
                    prefix + "attention.value_length",
                    "must equal attention.key_length, %d: %d".formatted(headSize, valueSize));
        }
        if ((long) headSize * queryHeads > Integer.MAX_VALUE) {
            throw metadata.invalid(key, "times %d heads is too large: %d".formatted(queryHeads, headSize));
        }
        return headSize;
    }

    private static int vocabulary(GgufFile file, Tensor embedding) {
        if (embedding.rows() > Integer.MAX_VALUE) {
            throw file.invalid("tensor " + embedding.name(), "has too many rows: " + embedding.rows());
        }
        return (int) embedding.rows();
    }

    private static float epsilon(Metadata metadata, String prefix) {
        String key = prefix + "attention.layer_norm_rms_epsilon";
        double epsilon = metadata.real(key).orElseThrow(() -> metadata.missing(key));
        if (epsilon < 0) {
            throw metadata.invalid(key, "must not be negative: " + epsilon);
        }
        return (float) epsilon;
    }
}
