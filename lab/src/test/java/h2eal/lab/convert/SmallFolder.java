package h2eal.lab.convert;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;

/// Writes model folders in Hugging Face's layout with random weights.
final class SmallFolder {

    static final int VOCABULARY = 300;
    static final int WIDTH = 64;
    static final int FFN_WIDTH = 96;
    static final int LAYERS = 2;

    private final Path folder;
    private final String modelType;
    private final Map<String, String> config = new LinkedHashMap<>();
    private final Map<String, int[]> shapes = new LinkedHashMap<>();
    private String dtype = "F32";

    SmallFolder(Path folder, String modelType) {
        this.folder = folder;
        this.modelType = modelType;
        boolean gemma = modelType.startsWith("gemma");
        config("model_type", "\"" + modelType + "\"");
        config("hidden_size", WIDTH);
        config("intermediate_size", FFN_WIDTH);
        config("num_hidden_layers", LAYERS);
        config("num_attention_heads", 4);
        config("num_key_value_heads", 2);
        config("head_dim", 16);
        config("max_position_embeddings", 512);
        config("rms_norm_eps", "1e-5");
        config("vocab_size", VOCABULARY);
        config("tie_word_embeddings", gemma);
        config("bos_token_id", 256);
        config("eos_token_id", "[257, 258]");
        shape("model.embed_tokens.weight", VOCABULARY, WIDTH);
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "model.layers.%d.".formatted(layer);
            shape(prefix + "input_layernorm.weight", WIDTH);
            shape(prefix + "post_attention_layernorm.weight", WIDTH);
            shape(prefix + "self_attn.o_proj.weight", WIDTH, 64);
            shape(prefix + "mlp.down_proj.weight", WIDTH, FFN_WIDTH);
            if (modelType.equals("phi3")) {
                shape(prefix + "self_attn.qkv_proj.weight", 128, WIDTH);
                shape(prefix + "mlp.gate_up_proj.weight", 2 * FFN_WIDTH, WIDTH);
            } else {
                shape(prefix + "self_attn.q_proj.weight", 64, WIDTH);
                shape(prefix + "self_attn.k_proj.weight", 32, WIDTH);
                shape(prefix + "self_attn.v_proj.weight", 32, WIDTH);
                shape(prefix + "mlp.gate_proj.weight", FFN_WIDTH, WIDTH);
                shape(prefix + "mlp.up_proj.weight", FFN_WIDTH, WIDTH);
            }
            if (gemma) {
                shape(prefix + "pre_feedforward_layernorm.weight", WIDTH);
                shape(prefix + "post_feedforward_layernorm.weight", WIDTH);
            }
            if (modelType.equals("qwen3") || modelType.startsWith("gemma3")) {
                shape(prefix + "self_attn.q_norm.weight", 16);
                shape(prefix + "self_attn.k_norm.weight", 16);
            }
        }
        shape("model.norm.weight", WIDTH);
        if (!gemma) {
            shape("lm_head.weight", VOCABULARY, WIDTH);
        }
    }

    SmallFolder config(String key, Object json) {
        config.put(key, json.toString());
        return this;
    }

    SmallFolder stored(String type) {
        dtype = type;
        return this;
    }

    SmallFolder shape(String name, int... shape) {
        shapes.put(name, shape);
        return this;
    }

    /// Biases of queries, keys and values.
    SmallFolder biases() {
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "model.layers.%d.self_attn.".formatted(layer);
            shape(prefix + "q_proj.bias", 64);
            shape(prefix + "k_proj.bias", 32);
            shape(prefix + "v_proj.bias", 32);
        }
        return this;
    }

    /// Writes all files, the weights in one file.
    Path write() throws IOException {
        writeTexts();
        Files.write(folder.resolve("model.safetensors"), safetensors(List.copyOf(shapes.keySet())));
        return folder;
    }

    /// Writes all files, every other tensor in a second file, and the index.
    Path writeSharded() throws IOException {
        writeTexts();
        StringJoiner index = new StringJoiner(",", "{\"weight_map\":{", "}}");
        for (int shard = 0; shard < 2; shard++) {
            int parity = shard;
            List<String> all = List.copyOf(shapes.keySet());
            List<String> names =
                    all.stream().filter(name -> all.indexOf(name) % 2 == parity).toList();
            String file = "model-0000%d-of-00002.safetensors".formatted(shard + 1);
            Files.write(folder.resolve(file), safetensors(names));
            names.forEach(name -> index.add("\"%s\":\"%s\"".formatted(name, file)));
        }
        Files.writeString(folder.resolve("model.safetensors.index.json"), index.toString());
        return folder;
    }

    private void writeTexts() throws IOException {
        StringJoiner json = new StringJoiner(",", "{", "}");
        config.forEach((key, value) -> json.add("\"%s\":%s".formatted(key, value)));
        Files.writeString(folder.resolve("config.json"), json.toString());
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
    }

    private byte[] safetensors(List<String> names) throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        StringJoiner header = new StringJoiner(",", "{", "}");
        header.add("\"__metadata__\":{\"format\":\"pt\"}");
        for (String name : names) {
            int from = data.size();
            data.writeBytes(numbers(name));
            StringJoiner extents = new StringJoiner(",", "[", "]");
            for (int extent : shapes.get(name)) {
                extents.add(String.valueOf(extent));
            }
            header.add("\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(name, dtype, extents, from, data.size()));
        }
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .array());
        file.write(text);
        file.write(data.toByteArray());
        return file.toByteArray();
    }

    /// The same for a name whatever the family, the type and the file.
    private byte[] numbers(String name) {
        int count = 1;
        for (int extent : shapes.get(name)) {
            count *= extent;
        }
        Random random = new Random(name.hashCode());
        double mean = name.endsWith("norm.weight") && !modelType.startsWith("gemma") ? 1 : 0;
        ByteBuffer bytes =
                ByteBuffer.allocate(count * (dtype.equals("F32") ? 4 : 2)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            float number = (float) (mean + 0.15 * random.nextGaussian());
            switch (dtype) {
                case "F32" -> bytes.putFloat(number);
                case "F16" -> bytes.putShort(Float.floatToFloat16(number));
                default -> bytes.putShort((short) (Float.floatToRawIntBits(number) >>> 16));
            }
        }
        return bytes.array();
    }

    /// Byte-level BPE in the manner of Llama 3: 256 bytes, four specials and a few merges.
    private static String tokenizer() {
        StringJoiner vocabulary = new StringJoiner(",", "{", "}");
        int moved = 0;
        for (int value = 0; value < 256; value++) {
            boolean printable = value >= '!' && value <= '~' || value >= 0xA1 && value != 0xAD;
            char letter = (char) (printable ? value : 256 + moved++);
            vocabulary.add("\"\\u%04x\":%d".formatted((int) letter, value));
        }
        vocabulary.add("\"th\":260,\"the\":261,\"\\u0120the\":262");
        return """
                {"added_tokens":[
                  {"id":256,"content":"<|begin|>","special":true},
                  {"id":257,"content":"<|end|>","special":true},
                  {"id":258,"content":"<|turn|>","special":true},
                  {"id":259,"content":"<tool>","special":false}],
                 "pre_tokenizer":{"type":"Sequence","pretokenizers":[
                  {"type":"Split","pattern":{"Regex":"(?i:'s|'t)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}{1,3}"}},
                  {"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]},
                 "post_processor":{"type":"Sequence","processors":[{"type":"ByteLevel"},
                  {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<|begin|>","type_id":0}},
                   {"Sequence":{"id":"A","type_id":0}}]}]},
                 "model":{"type":"BPE","ignore_merges":true,"vocab":%s,"merges":["t h",["th","e"],"\\u0120 the"]}}
                """.formatted(vocabulary);
    }
}
