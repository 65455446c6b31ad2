package h2eal.lab.convert;

import h2eal.runtime.gguf.MetadataValue;
import h2eal.runtime.gguf.MetadataValue.FlagValue;
import h2eal.runtime.gguf.MetadataValue.IntegerValue;
import h2eal.runtime.gguf.MetadataValue.NumberArray;
import h2eal.runtime.gguf.MetadataValue.TextArray;
import h2eal.runtime.gguf.MetadataValue.TextValue;
import h2eal.runtime.gguf.ScalarType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/// Turns a `tokenizer.json` and the files beside it into the tokenizer metadata of GGUF: byte-level BPE as `gpt2`, BPE
/// with byte fallback, which is SentencePiece's, as `llama`.
final class HuggingFaceTokenizer {

    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;
    private static final int BYTE = 6;

    private final JsonFields tokenizer;
    private final JsonFields model;
    private final JsonFields config;
    private final Map<String, MetadataValue> values = new LinkedHashMap<>();
    private final String[] texts;
    private final int[] kinds;

    /// @param config the model's `config.json`
    HuggingFaceTokenizer(Path folder, JsonFields config) throws IOException {
        this.config = config;
        tokenizer = JsonFields.read(folder.resolve("tokenizer.json"));
        model = tokenizer.requireObject("model");
        String type = model.text("type").orElse("BPE");
        if (!type.equals("BPE")) {
            throw model.invalid("type", "is not supported, supported is BPE: " + type);
        }
        int size = Math.max(largestToken() + 1, config.integer("vocab_size").orElse(0));
        texts = new String[size];
        kinds = new int[size];
        readTokens();
        List<String> merges = merges();
        boolean bytesFallBack = model.flag("byte_fallback");
        text("model", bytesFallBack ? "llama" : "gpt2");
        if (bytesFallBack) {
            addSentencePiece(merges);
        } else {
            text("pre", SplitPattern.of(tokenizer).preTokenizer());
            values.put("tokenizer.ggml.merges", new TextArray(merges));
        }
        values.put("tokenizer.ggml.tokens", new TextArray(List.of(texts)));
        values.put("tokenizer.ggml.token_type", new NumberArray(ScalarType.INT32, MemorySegment.ofArray(kinds)));
        addSpecials(folder);
    }

    Map<String, MetadataValue> values() {
        return values;
    }

    private int largestToken() {
        int largest = 0;
        JsonFields vocabulary = model.requireObject("vocab");
        for (String text : vocabulary.node().propertyNames()) {
            largest = Math.max(largest, vocabulary.integer(text).orElseThrow(() -> vocabulary.missing(text)));
        }
        for (JsonNode added : tokenizer.elements("added_tokens")) {
            largest = Math.max(largest, added(added).integer("id").orElse(0));
        }
        if (largest >= 1 << 24) {
            throw vocabulary.invalid("ids", "must be below %d: %d".formatted(1 << 24, largest));
        }
        return largest;
    }

    private JsonFields added(JsonNode token) {
        return new JsonFields(tokenizer.file(), "added_tokens.", token);
    }

    private void readTokens() {
        JsonFields vocabulary = model.requireObject("vocab");
        for (String text : vocabulary.node().propertyNames()) {
            int token = vocabulary.integer(text).orElseThrow();
            texts[token] = text;
            kinds[token] = text.matches("<0x[0-9A-F]{2}>") && model.flag("byte_fallback") ? BYTE : NORMAL;
        }
        for (JsonNode node : tokenizer.elements("added_tokens")) {
            JsonFields token = added(node);
            int id = token.integer("id").orElseThrow(() -> token.missing("id"));
            texts[id] = token.text("content").orElseThrow(() -> token.missing("content"));
            kinds[id] = token.flag("special") ? CONTROL : USER_DEFINED;
        }
        for (int token = 0; token < texts.length; token++) {
            if (texts[token] == null) {
                texts[token] = "[PAD%d]".formatted(token);
                kinds[token] = UNUSED;
            }
        }
        model.text("unk_token").ifPresent(unknown -> {
            int token = Arrays.asList(texts).indexOf(unknown);
            if (token >= 0) {
                kinds[token] = UNKNOWN;
                id("unknown", token);
            }
        });
    }

    /// Older files join the sides of a merge with a space, newer ones keep them apart.
    private List<String> merges() {
        List<String> merges = new ArrayList<>();
        for (JsonNode merge : model.elements("merges")) {
            boolean isPair = merge.isArray() && merge.size() == 2;
            if (!merge.isString() && !isPair) {
                throw model.invalid("merges", "must be texts or pairs: " + JsonFields.shown(merge));
            }
            merges.add(isPair ? merge.get(0).asString() + " " + merge.get(1).asString() : merge.asString());
        }
        return merges;
    }

    /// SentencePiece joins the pair whose union scores best: an earlier merge scores better.
    private void addSentencePiece(List<String> merges) {
        Map<String, Integer> ranks = new LinkedHashMap<>();
        for (int rank = 0; rank < merges.size(); rank++) {
            String merge = merges.get(rank);
            int gap = merge.indexOf(' ', 1);
            ranks.putIfAbsent(merge.substring(0, gap) + merge.substring(gap + 1), rank);
        }
        float[] scores = new float[texts.length];
        for (int token = 0; token < texts.length; token++) {
            Integer rank = ranks.get(texts[token]);
            scores[token] = rank == null ? -merges.size() : -rank;
        }
        values.put("tokenizer.ggml.scores", new NumberArray(ScalarType.FLOAT32, MemorySegment.ofArray(scores)));
        flag("add_space_prefix", SplitPattern.prefixesSpace(tokenizer));
    }

    private void addSpecials(Path folder) throws IOException {
        JsonFields settings = Files.exists(folder.resolve("tokenizer_config.json"))
                ? JsonFields.read(folder.resolve("tokenizer_config.json"))
                : JsonFields.parse(tokenizer.file(), "{}");
        List<Integer> ends = config.integers("eos_token_id");
        OptionalInt begin = special(settings, "bos_token", config.integers("bos_token_id"));
        begin.ifPresent(token -> id("bos", token));
        special(settings, "eos_token", ends).ifPresent(token -> id("eos", token));
        if (ends.size() > 1) {
            id("eot", ends.getLast());
        }
        boolean beginsByRule = begin.isPresent() && SplitPattern.addsFirst(tokenizer, texts[begin.getAsInt()]);
        flag("add_bos_token", begin.isPresent() && (beginsByRule || settings.flag("add_bos_token")));
        flag("add_eos_token", settings.flag("add_eos_token"));
        Path template = folder.resolve("chat_template.jinja");
        if (Files.exists(template)) {
            values.put("tokenizer.chat_template", new TextValue(Files.readString(template)));
        } else if (settings.has("chat_template")
                && settings.node().get("chat_template").isString()) {
            values.put(
                    "tokenizer.chat_template",
                    new TextValue(settings.text("chat_template").orElseThrow()));
        }
    }

    /// A special token: what the tokenizer's settings name, else what the model's configuration does.
    private OptionalInt special(JsonFields settings, String key, List<Integer> configured) {
        JsonNode named = settings.node().get(key);
        if (named != null && named.isObject()) {
            named = named.get("content");
        }
        int token = named == null ? -1 : Arrays.asList(texts).indexOf(named.asString(""));
        if (token >= 0) {
            return OptionalInt.of(token);
        }
        return configured.stream()
                .filter(id -> id < texts.length)
                .mapToInt(Integer::intValue)
                .findFirst();
    }

    private void id(String key, int token) {
        values.put("tokenizer.ggml.%s_token_id".formatted(key), new IntegerValue(token, true));
    }

    private void flag(String key, boolean value) {
        values.put("tokenizer.ggml." + key, new FlagValue(value));
    }

    private void text(String key, String value) {
        values.put("tokenizer.ggml." + key, new TextValue(value));
    }
}
