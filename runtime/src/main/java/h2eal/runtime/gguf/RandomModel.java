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
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Writes model files of any shape with random weights: as fast or slow as a trained model of that shape, and as large,
/// but with nothing to say. Its vocabulary is the 256 bytes and as many fillers as the shape asks for.
public final class RandomModel {

    /// Types that weights can have: those the runtime computes with.
    public static final Set<TensorType> TYPES = Collections.unmodifiableSet(EnumSet.of(
            TensorType.F32,
            TensorType.F16,
            TensorType.BF16,
            TensorType.Q4_0,
            TensorType.Q4_1,
            TensorType.Q5_0,
            TensorType.Q5_1,
            TensorType.Q8_0,
            TensorType.Q2_K,
            TensorType.Q3_K,
            TensorType.Q4_K,
            TensorType.Q5_K,
            TensorType.Q6_K,
            TensorType.IQ4_NL,
            TensorType.IQ4_XS,
            TensorType.MXFP4));

    /// Half the range of the weights, or of most.
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
    /// @param type of every matrix, one of [#TYPES]
    /// @throws IllegalArgumentException if the type is another one, or rows of the shape are no whole number of blocks
    public static void write(Path path, ModelShape shape, TensorType type, long seed) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            RandomModel model = new RandomModel(shape, type, seed, arena);
            model.addTensors();
            GgufWriter.write(path, model.metadata(), model.tensors);
        }
    }

    /// Blocks of random weights, none larger than twice [#WEIGHT]. All matrices are cut from the same noise: making it
    /// takes longer than writing it.
    private MemorySegment noise(long bytes, long seed, Arena arena) {
        MemorySegment data = arena.allocate(Math.ceilDiv(bytes, Long.BYTES) * Long.BYTES, 64);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (long at = 0; at < bytes; at += Long.BYTES) {
            data.set(ValueLayout.JAVA_LONG, at, random.nextLong());
        }
        for (long at = 0; at + type.blockBytes() <= bytes; at += type.blockBytes()) {
            float number = (random.nextFloat() - 0.5f) * 2 * WEIGHT;
            switch (type) {
                case F32 -> data.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, number);
                case F16 -> setHalf(data, at, number);
                case BF16 -> setShort(data, at, Float.floatToRawIntBits(number) >> 16);
                default -> setScales(data, at);
            }
        }
        return data;
    }

    /// Sets the scales of the block at `at` to what its largest number asks for; least weights to half the range below
    /// zero. Scales of its sub-blocks are as random as its numbers.
    private void setScales(MemorySegment data, long at) {
        switch (type) {
            case Q4_0 -> setHalf(data, at, WEIGHT / 8);
            case Q5_0 -> setHalf(data, at, WEIGHT / 16);
            case Q8_0, IQ4_NL -> setHalf(data, at, WEIGHT / 127);
            case Q4_1 -> setScaleAndLeast(data, at, WEIGHT / 7.5f, -7.5f);
            case Q5_1 -> setScaleAndLeast(data, at, WEIGHT / 15.5f, -15.5f);
            case Q2_K -> setScaleAndLeast(data, at + 80, WEIGHT / 15 / 1.5f, 1.5f);
            case Q3_K -> setHalf(data, at + 108, WEIGHT / 32 / 4);
            case Q4_K -> setScaleAndLeast(data, at, WEIGHT / 63 / 7.5f, 7.5f);
            case Q5_K -> setScaleAndLeast(data, at, WEIGHT / 63 / 15.5f, 15.5f);
            case Q6_K -> setHalf(data, at + 208, WEIGHT / 128 / 32);
            case IQ4_XS -> setHalf(data, at, WEIGHT / 32 / 127);
            // 2^-8, and numbers are at most 6
            case MXFP4 -> data.set(ValueLayout.JAVA_BYTE, at, (byte) (127 - 8));
            default -> throw new IllegalArgumentException("random weights are one of %s: %s".formatted(TYPES, type));
        }
    }

    private static void setScaleAndLeast(MemorySegment data, long at, float scale, float leastOfScale) {
        setHalf(data, at, scale);
        setHalf(data, at + Short.BYTES, scale * leastOfScale);
    }

    private static void setHalf(MemorySegment data, long at, float number) {
        setShort(data, at, Float.floatToFloat16(number));
    }

    private static void setShort(MemorySegment data, long at, int bits) {
        data.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) bits);
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
