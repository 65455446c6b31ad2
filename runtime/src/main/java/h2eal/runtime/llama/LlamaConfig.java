package h2eal.runtime.llama;

import h2eal.model.ModelShape;
import h2eal.runtime.decode.ModelAttention;
import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.gguf.Metadata;
import h2eal.runtime.gguf.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// What a file's metadata say about its model, validated.
///
/// @param architecture the model family
/// @param shape sizes of the model
/// @param epsilon added to the mean square by every normalisation
/// @param rotations how positions turn queries and keys
/// @param attention what the model's own attention prescribes
/// @param queryFactor what queries are multiplied with, where scores are not divided by the root of the head size
/// @param logitCap logits are bent to `logitCap * tanh(logit / logitCap)`; 0 leaves them
record LlamaConfig(
        Architecture architecture,
        ModelShape shape,
        float epsilon,
        Rotations rotations,
        ModelAttention attention,
        float queryFactor,
        float logitCap) {

    LlamaConfig {
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(rotations, "rotations");
        Objects.requireNonNull(attention, "attention");
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
        return new LlamaConfig(
                architecture,
                shape,
                epsilon(metadata, prefix),
                Rotations.of(file, architecture, shape),
                new ModelAttention(
                        windows(metadata, architecture, shape),
                        cap(metadata, architecture.key() + ".attn_logit_softcapping", architecture.usualScoreCap())),
                queryFactor(metadata, architecture, shape),
                cap(metadata, architecture.key() + ".final_logit_softcapping", architecture.usualLogitCap()));
    }

    /// A window that no context outgrows is none.
    private static List<OptionalInt> windows(Metadata metadata, Architecture architecture, ModelShape shape) {
        String key = architecture.key() + ".attention.sliding_window";
        int window = metadata.integer(key).orElse(architecture.usualWindow().orElse(0));
        if (window == 0 || window >= shape.maxContext()) {
            return List.of();
        }
        int period = metadata.integer(key + "_pattern").orElse(architecture.windowPeriod());
        return IntStream.range(0, shape.layers())
                .mapToObj(
                        layer -> period > 0 && (layer + 1) % period == 0 ? OptionalInt.empty() : OptionalInt.of(window))
                .toList();
    }

    private static float cap(Metadata metadata, String key, double usual) {
        double cap = metadata.real(key).orElse(usual);
        if (cap < 0) {
            throw metadata.invalid(key, "must not be negative: " + cap);
        }
        return (float) cap;
    }

    private static float queryFactor(Metadata metadata, Architecture architecture, ModelShape shape) {
        double usual = shape.layers() == architecture.layersOfLargest()
                ? 1 / Math.sqrt((double) shape.width() / shape.queryHeads())
                : 1 / Math.sqrt(shape.headSize());
        String key = architecture.key() + ".attention.scale";
        double scale = metadata.real(key).orElse(usual);
        if (scale <= 0) {
            throw metadata.invalid(key, "must be positive: " + scale);
        }
        return (float) (scale * Math.sqrt(shape.headSize()));
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
