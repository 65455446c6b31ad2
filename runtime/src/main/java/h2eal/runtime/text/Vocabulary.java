package h2eal.runtime.text;

import h2eal.runtime.gguf.Metadata;
import h2eal.runtime.gguf.MetadataValue.NumberArray;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// The tokens of a model as its file lists them: text, kind and score of each.
final class Vocabulary {

    static final String TOKENS_KEY = "tokenizer.ggml.tokens";

    /// What a token stands for, with the codes of GGUF.
    enum Kind {
        NORMAL,
        UNKNOWN,
        CONTROL,
        USER_DEFINED,
        UNUSED,
        BYTE;

        /// Codes start at 1; unlisted ones occur in the wild and mean an ordinary token.
        private static Kind ofCode(long code) {
            return code < 1 || code > values().length ? NORMAL : values()[(int) code - 1];
        }
    }

    private final Metadata metadata;
    private final List<String> texts;
    private final Kind[] kinds;
    private final float[] scores;
    private final Map<String, Integer> tokens;

    private Vocabulary(Metadata metadata, List<String> texts, Kind[] kinds, float[] scores) {
        this.metadata = metadata;
        this.texts = texts;
        this.kinds = kinds;
        this.scores = scores;
        tokens = HashMap.newHashMap(texts.size());
        for (int token = 0; token < texts.size(); token++) {
            tokens.putIfAbsent(texts.get(token), token);
        }
    }

    static Vocabulary of(Metadata metadata) {
        List<String> texts = metadata.requireTexts(TOKENS_KEY);
        if (texts.isEmpty()) {
            throw metadata.invalid(TOKENS_KEY, "holds no tokens");
        }
        Kind[] kinds = new Kind[texts.size()];
        float[] scores = new float[texts.size()];
        NumberArray codes = numbers(metadata, "tokenizer.ggml.token_type", texts.size());
        NumberArray values = numbers(metadata, "tokenizer.ggml.scores", texts.size());
        for (int token = 0; token < texts.size(); token++) {
            kinds[token] = codes == null ? Kind.NORMAL : Kind.ofCode(codes.integer(token));
            scores[token] = values == null ? 0 : (float) values.real(token);
        }
        return new Vocabulary(metadata, texts, kinds, scores);
    }

    private static NumberArray numbers(Metadata metadata, String key, int size) {
        NumberArray numbers = metadata.numbers(key).orElse(null);
        if (numbers != null && numbers.size() != size) {
            throw metadata.invalid(key, "holds %d values for the %d of %s".formatted(numbers.size(), size, TOKENS_KEY));
        }
        return numbers;
    }

    int size() {
        return texts.size();
    }

    String text(int token) {
        return texts.get(token);
    }

    Kind kind(int token) {
        return kinds[token];
    }

    float score(int token) {
        return scores[token];
    }

    /// The token whose text is `text`; the lowest one where several are.
    OptionalInt find(String text) {
        Integer token = tokens.get(text);
        return token == null ? OptionalInt.empty() : OptionalInt.of(token);
    }

    boolean contains(String text) {
        return tokens.containsKey(text);
    }

    /// The token for one byte that no other token covers.
    OptionalInt ofByte(int value) {
        return find("<0x%02X>".formatted(value & 0xFF));
    }

    /// The token whose id the metadata give under `key`.
    OptionalInt special(String key) {
        return metadata.integer(key)
                .map(token -> {
                    if (token >= size()) {
                        throw metadata.invalid(
                                key, "must be below the number of tokens, %d: %d".formatted(size(), token));
                    }
                    return OptionalInt.of(token);
                })
                .orElse(OptionalInt.empty());
    }
}
