package h2eal.runtime.gguf;

import h2eal.model.ModelShape;
import h2eal.runtime.gguf.MetadataValue.FlagValue;
import h2eal.runtime.gguf.MetadataValue.IntegerValue;
import h2eal.runtime.gguf.MetadataValue.NumberArray;
import h2eal.runtime.gguf.MetadataValue.RealValue;
import h2eal.runtime.gguf.MetadataValue.TextArray;
import h2eal.runtime.gguf.MetadataValue.TextValue;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Writes model files of any shape with random weights: as fast or slow as a trained model of that shape, and as large,
/// but with nothing to say. Its vocabulary is the 256 bytes and as many fillers as the shape asks for.
public final class RandomModel {

    private static final float WEIGHT = 0.02f;

    private final ModelShape shape;
    private final TensorType type;
    private final MemorySegment noise;
    private final MemorySegment ones;
    private final List<Tensor> tensors = new ArrayList<>();

    private RandomModel(ModelShape shape, TensorType type, long seed, Arena arena) {
        this.shape = shape;
        this.type = type;
        int widest = Math.max(shape.width(), Math.max(shape.ffnWidth(), shape.queryHeads() * shape.headSize()));
        long largest = (long) widest * Math.max(shape.vocabulary(), Math.max(shape.width(), shape.ffnWidth()));
        noise = noise(largest / type.blockElements() * type.blockBytes(), seed, arena);
        ones = arena.allocate((long) widest * Float.BYTES, Float.BYTES);
        for (int i = 0; i < widest; i++) {
            ones.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
        }
    }

    /// Writes a model of the Llama architecture.
    ///
    /// @param type of every matrix: F32, F16, Q8_0 or Q4_0
    /// @throws IllegalArgumentException if the type is another one, or rows of the shape are no whole number of blocks
    public static void write(Path path, ModelShape shape, TensorType type, long seed) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            RandomModel model = new RandomModel(shape, type, seed, arena);
            model.addTensors();
            GgufWriter.write(path, model.metadata(), model.tensors);
        }
    }

    /// All matrices are cut from the same noise: making it takes longer than writing it.
    private MemorySegment noise(long bytes, long seed, Arena arena) {
        MemorySegment data = arena.allocate(bytes, 64);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int blockBytes = type.blockBytes();
        for (long at = 0; at + blockBytes <= bytes; at += blockBytes) {
            float number = (random.nextFloat() - 0.5f) * 2 * WEIGHT;
            switch (type) {
                case F32 -> data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, number);
                case F16 -> data.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(number));
                case Q8_0 -> fillBlock(data.asSlice(at, blockBytes), WEIGHT / 127, random);
                case Q4_0 -> fillBlock(data.asSlice(at, blockBytes), WEIGHT / 8, random);
                default -> throw new IllegalArgumentException("weights are F32, F16, Q8_0 or Q4_0: " + type);
            }
        }
        return data;
    }

    private static void fillBlock(MemorySegment block, float scale, RandomGenerator random) {
        block.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, Float.floatToFloat16(scale));
        for (int i = Short.BYTES; i < block.byteSize(); i += Long.BYTES) {
            block.set(ValueLayout.JAVA_LONG_UNALIGNED, i, random.nextLong());
        }
    }

    private void addTensors() {
        int queries = shape.queryHeads() * shape.headSize();
        int keys = shape.kvHeads() * shape.headSize();
        matrix("token_embd", shape.width(), shape.vocabulary());
        for (int layer = 0; layer < shape.layers(); layer++) {
            String prefix = "blk.%d.".formatted(layer);
            vector(prefix + "attn_norm", shape.width());
            matrix(prefix + "attn_q", shape.width(), queries);
            matrix(prefix + "attn_k", shape.width(), keys);
            matrix(prefix + "attn_v", shape.width(), keys);
            matrix(prefix + "attn_output", queries, shape.width());
            vector(prefix + "ffn_norm", shape.width());
            matrix(prefix + "ffn_gate", shape.width(), shape.ffnWidth());
            matrix(prefix + "ffn_up", shape.width(), shape.ffnWidth());
            matrix(prefix + "ffn_down", shape.ffnWidth(), shape.width());
        }
        vector("output_norm", shape.width());
        if (!shape.tiedOutput()) {
            matrix("output", shape.width(), shape.vocabulary());
        }
    }

    private void matrix(String name, int columns, int rows) {
        if (columns % type.blockElements() != 0) {
            throw new IllegalArgumentException(
                    "rows of %s must be a multiple of %d long: %d".formatted(type, type.blockElements(), columns));
        }
        long bytes = (long) columns / type.blockElements() * type.blockBytes() * rows;
        tensors.add(new Tensor(name + ".weight", type, List.of((long) columns, (long) rows), noise.asSlice(0, bytes)));
    }

    private void vector(String name, int size) {
        MemorySegment data = ones.asSlice(0, (long) size * Float.BYTES);
        tensors.add(new Tensor(name + ".weight", TensorType.F32, List.of((long) size), data));
    }

    private Map<String, MetadataValue> metadata() {
        Map<String, MetadataValue> values = new LinkedHashMap<>();
        values.put("general.architecture", new TextValue("llama"));
        values.put("general.name", new TextValue(shape.name()));
        count(values, "block_count", shape.layers());
        count(values, "context_length", shape.maxContext());
        count(values, "embedding_length", shape.width());
        count(values, "feed_forward_length", shape.ffnWidth());
        count(values, "attention.head_count", shape.queryHeads());
        count(values, "attention.head_count_kv", shape.kvHeads());
        count(values, "attention.key_length", shape.headSize());
        count(values, "attention.value_length", shape.headSize());
        values.put("llama.attention.layer_norm_rms_epsilon", new RealValue(1e-5));
        values.put("llama.rope.freq_base", new RealValue(500_000));
        values.put("tokenizer.ggml.model", new TextValue("llama"));
        values.put("tokenizer.ggml.add_bos_token", new FlagValue(false));
        values.put("tokenizer.ggml.add_space_prefix", new FlagValue(false));
        addVocabulary(values);
        return values;
    }

    private void addVocabulary(Map<String, MetadataValue> values) {
        List<String> texts = new ArrayList<>();
        int[] kinds = new int[shape.vocabulary()];
        for (int token = 0; token < shape.vocabulary(); token++) {
            boolean isByte = token < 256;
            texts.add(isByte ? "<0x%02X>".formatted(token) : "<filler %d>".formatted(token));
            // GGUF's codes of a byte and of an unused token.
            kinds[token] = isByte ? 6 : 5;
        }
        values.put("tokenizer.ggml.tokens", new TextArray(texts));
        values.put("tokenizer.ggml.token_type", new NumberArray(ScalarType.INT32, MemorySegment.ofArray(kinds)));
        MemorySegment scores = MemorySegment.ofArray(new float[shape.vocabulary()]);
        values.put("tokenizer.ggml.scores", new NumberArray(ScalarType.FLOAT32, scores));
    }

    private static void count(Map<String, MetadataValue> values, String key, int value) {
        values.put("llama." + key, new IntegerValue(value, true));
    }
}
