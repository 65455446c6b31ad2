package h2eal.runtime.llama;

import h2eal.runtime.gguf.GgufWriter;
import h2eal.runtime.gguf.MetadataValue;
import h2eal.runtime.gguf.MetadataValue.IntegerValue;
import h2eal.runtime.gguf.MetadataValue.RealValue;
import h2eal.runtime.gguf.MetadataValue.TextArray;
import h2eal.runtime.gguf.MetadataValue.TextValue;
import h2eal.runtime.gguf.Tensor;
import h2eal.runtime.gguf.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Writes model files with random F32 weights and odd shapes.
final class SmallModel {

    static final int VOCABULARY = 37;
    static final int LAYERS = 2;
    static final int WIDTH = 24;
    static final int QUERY_HEADS = 6;
    static final int KV_HEADS = 2;
    static final int HEAD_SIZE = 10;
    static final int FFN_WIDTH = 33;

    private final String architecture;
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(20250816);
    private final Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    private final List<Tensor> tensors = new ArrayList<>();

    private final int layers;
    private final int width;

    SmallModel(String architecture) {
        this(architecture, LAYERS);
    }

    SmallModel(String architecture, int layers) {
        this(architecture, layers, WIDTH);
    }

    SmallModel(String architecture, int layers, int width) {
        this.architecture = architecture;
        this.layers = layers;
        this.width = width;
        text("general.architecture", architecture);
        text("general.name", "small");
        number("block_count", layers);
        number("context_length", 200);
        number("embedding_length", width);
        number("feed_forward_length", FFN_WIDTH);
        number("attention.head_count", QUERY_HEADS);
        number("attention.head_count_kv", KV_HEADS);
        number("attention.key_length", HEAD_SIZE);
        number("attention.value_length", HEAD_SIZE);
        real("attention.layer_norm_rms_epsilon", 1e-5);
        real("rope.freq_base", 500);
        text("tokenizer.ggml.model", "gpt2");
        text("tokenizer.ggml.pre", "gpt-2");
        List<String> tokens = new ArrayList<>();
        for (int token = 0; token < VOCABULARY; token++) {
            tokens.add(Character.toString('A' + token));
        }
        metadata.put("tokenizer.ggml.tokens", new TextArray(tokens));
        metadata.put("tokenizer.ggml.merges", new TextArray(List.of()));
    }

    SmallModel text(String key, String value) {
        metadata.put(key, new TextValue(value));
        return this;
    }

    /// A whole number under the architecture's prefix.
    SmallModel number(String key, long value) {
        metadata.put(architecture + "." + key, new IntegerValue(value, true));
        return this;
    }

    /// A real number under the architecture's prefix.
    SmallModel real(String key, double value) {
        metadata.put(architecture + "." + key, new RealValue(value));
        return this;
    }

    SmallModel without(String key) {
        metadata.remove(key);
        return this;
    }

    SmallModel scaling(String type, double factor) {
        return text(architecture + ".rope.scaling.type", type).real("rope.scaling.factor", factor);
    }

    /// Every matrix and norm of the architecture.
    SmallModel weights(boolean biases, boolean headNorms, boolean tied) {
        boolean isQwen = architecture.startsWith("qwen");
        tensor("token_embd.weight", width, VOCABULARY);
        for (int layer = 0; layer < layers; layer++) {
            String prefix = "blk.%d.".formatted(layer);
            tensor(prefix + "attn_norm.weight", width);
            tensor(prefix + "ffn_norm.weight", width);
            if (architecture.startsWith("gemma")) {
                tensor(prefix + "post_attention_norm.weight", width);
                tensor(prefix + "post_ffw_norm.weight", width);
            }
            if (architecture.equals("phi3")) {
                linear(prefix + "attn_qkv", width, (QUERY_HEADS + 2 * KV_HEADS) * HEAD_SIZE, biases);
                linear(prefix + "ffn_up", width, 2 * FFN_WIDTH, false);
            } else {
                linear(prefix + "attn_q", width, QUERY_HEADS * HEAD_SIZE, biases);
                linear(prefix + "attn_k", width, KV_HEADS * HEAD_SIZE, biases);
                linear(prefix + "attn_v", width, KV_HEADS * HEAD_SIZE, biases);
                linear(prefix + "ffn_gate", width, FFN_WIDTH, biases && !isQwen);
                linear(prefix + "ffn_up", width, FFN_WIDTH, false);
            }
            linear(prefix + "attn_output", QUERY_HEADS * HEAD_SIZE, width, false);
            linear(prefix + "ffn_down", FFN_WIDTH, width, biases && !isQwen);
            if (headNorms) {
                tensor(prefix + "attn_q_norm.weight", HEAD_SIZE);
                tensor(prefix + "attn_k_norm.weight", HEAD_SIZE);
            }
        }
        tensor("output_norm.weight", width);
        if (!tied) {
            tensor("output.weight", width, VOCABULARY);
        }
        return this;
    }

    private void linear(String name, int columns, int rows, boolean bias) {
        tensor(name + ".weight", columns, rows);
        if (bias) {
            tensor(name + ".bias", rows);
        }
    }

    SmallModel tensor(String name, long... shape) {
        int count = 1;
        List<Long> extents = new ArrayList<>();
        for (long extent : shape) {
            count *= (int) extent;
            extents.add(extent);
        }
        float[] values = new float[count];
        boolean isVector = shape.length == 1;
        for (int i = 0; i < count; i++) {
            values[i] = (float) (isVector ? 1 + 0.3 * random.nextGaussian() : 0.3 * random.nextGaussian());
        }
        tensors.add(new Tensor(name, TensorType.F32, extents, MemorySegment.ofArray(values)));
        return this;
    }

    /// Factors of the llama3 kind, one per pair.
    SmallModel ropeFactors(float... factors) {
        return factors("rope_freqs.weight", factors);
    }

    /// One factor per pair in a tensor of their own.
    SmallModel factors(String name, float... factors) {
        tensors.add(new Tensor(name, TensorType.F32, List.of((long) factors.length), MemorySegment.ofArray(factors)));
        return this;
    }

    Path write(Path folder) {
        Path path = folder.resolve("small.gguf");
        try {
            GgufWriter.write(path, metadata, tensors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return path;
    }
}
