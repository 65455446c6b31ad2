package h2eal.runtime.text;

import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.gguf.GgufWriter;
import h2eal.runtime.gguf.MetadataValue;
import h2eal.runtime.gguf.MetadataValue.FlagValue;
import h2eal.runtime.gguf.MetadataValue.IntegerValue;
import h2eal.runtime.gguf.MetadataValue.NumberArray;
import h2eal.runtime.gguf.MetadataValue.TextArray;
import h2eal.runtime.gguf.MetadataValue.TextValue;
import h2eal.runtime.gguf.ScalarType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Builds the metadata of small tokenizers by way of a real file.
final class Vocabularies {

    static final int NORMAL = 1;
    static final int UNKNOWN = 2;
    static final int CONTROL = 3;
    static final int USER_DEFINED = 4;
    static final int BYTE = 6;

    private final Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    private final List<String> texts = new ArrayList<>();
    private final List<Integer> kinds = new ArrayList<>();
    private final List<Float> scores = new ArrayList<>();
    private boolean hasScores = true;

    Vocabularies(String model) {
        text("tokenizer.ggml.model", model);
    }

    Vocabularies text(String key, String value) {
        metadata.put(key, new TextValue(value));
        return this;
    }

    Vocabularies flag(String key, boolean value) {
        metadata.put("tokenizer.ggml." + key, new FlagValue(value));
        return this;
    }

    Vocabularies id(String key, int value) {
        metadata.put("tokenizer.ggml." + key + "_token_id", new IntegerValue(value, true));
        return this;
    }

    Vocabularies token(String text, int kind, double score) {
        texts.add(text);
        kinds.add(kind);
        scores.add((float) score);
        return this;
    }

    Vocabularies merges(String... merges) {
        metadata.put("tokenizer.ggml.merges", new TextArray(List.of(merges)));
        return this;
    }

    /// The 256 byte tokens of SentencePiece.
    Vocabularies byteTokens() {
        for (int value = 0; value < 256; value++) {
            token("<0x%02X>".formatted(value), BYTE, 0);
        }
        return this;
    }

    Vocabularies withoutScores() {
        hasScores = false;
        return this;
    }

    Vocabularies number(String key, int value) {
        metadata.put(key, new IntegerValue(value, true));
        return this;
    }

    Tokenizer build() {
        try {
            Path path = Files.createTempFile("vocabulary", ".gguf");
            try {
                write(path);
                try (GgufFile file = GgufFile.open(path)) {
                    return Tokenizer.of(file.metadata());
                }
            } finally {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(Path path) throws IOException {
        metadata.put("tokenizer.ggml.tokens", new TextArray(texts));
        metadata.put(
                "tokenizer.ggml.token_type",
                new NumberArray(
                        ScalarType.INT32,
                        MemorySegment.ofArray(
                                kinds.stream().mapToInt(Integer::intValue).toArray())));
        float[] values = new float[scores.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = scores.get(i);
        }
        if (hasScores) {
            metadata.put("tokenizer.ggml.scores", new NumberArray(ScalarType.FLOAT32, MemorySegment.ofArray(values)));
        }
        GgufWriter.write(path, metadata, List.of());
    }
}
