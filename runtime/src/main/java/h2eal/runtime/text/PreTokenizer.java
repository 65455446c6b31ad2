package h2eal.runtime.text;

import h2eal.runtime.gguf.GgufException;
import h2eal.runtime.gguf.Metadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How byte-level BPE splits text into words before it merges within them: the patterns the models were trained with,
/// applied one after the other. What no pattern matches is a word of its own.
///
/// @param keepsKnownWords whether a word that is a token is taken whole, without merging
/// @param addsBegin whether prompts begin with the begin token unless the metadata say otherwise
record PreTokenizer(List<Pattern> patterns, boolean keepsKnownWords, boolean addsBegin) {

    private static final String KEY = "tokenizer.ggml.pre";

    private static final String GPT_2 =
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
    private static final String PUNCTUATION_AND_SPACE =
            "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String CONTRACTION = "'(?i:s|t|re|ve|m|ll|d)";
    private static final String LLAMA_3 =
            CONTRACTION + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}" + PUNCTUATION_AND_SPACE;
    private static final String QWEN_2 = CONTRACTION + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}" + PUNCTUATION_AND_SPACE;
    private static final String CAPITALS = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String SMALLS = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String PUNCTUATION_WITH_SLASH_AND_SPACE =
            "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private static final TreeMap<String, PreTokenizer> KINDS = kinds();

    private static TreeMap<String, PreTokenizer> kinds() {
        TreeMap<String, PreTokenizer> kinds = new TreeMap<>();
        PreTokenizer llama3 = kind(true, true, LLAMA_3);
        for (String name : List.of("llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "lfm2")) {
            kinds.put(name, llama3);
        }
        for (String name : List.of("smaug-bpe", "dbrx", "glm4", "chatglm-bpe")) {
            kinds.put(name, kind(false, false, LLAMA_3));
        }
        for (String name : List.of("qwen2", "deepseek-r1-qwen", "stablelm2", "hunyuan", "megrez")) {
            kinds.put(name, kind(false, false, QWEN_2));
        }
        for (String name : List.of("gpt-2", "phi-2", "olmo", "mpt", "jais", "exaone4", "trillion", "gigachat")) {
            kinds.put(name, kind(false, false, GPT_2));
        }
        for (String name : List.of("smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b")) {
            kinds.put(name, kind(false, false, "\\p{N}", GPT_2));
        }
        kinds.put("default", kind(false, false, "[\\p{P}$+<=>^~|]+", GPT_2, "\\p{N}+", "[0-9][0-9][0-9]"));
        kinds.put("falcon", kind(false, false, "[\\p{P}$+<=>^~|`]+", GPT_2, "[0-9][0-9][0-9]"));
        kinds.put("tekken", kind(true, true, capitalised("") + "|\\p{N}" + PUNCTUATION_WITH_SLASH_AND_SPACE));
        PreTokenizer gpt4o = kind(
                false,
                false,
                capitalised("(?:" + CONTRACTION + ")?") + "|\\p{N}{1,3}" + PUNCTUATION_WITH_SLASH_AND_SPACE);
        kinds.put("gpt-4o", gpt4o);
        kinds.put("llama4", gpt4o);
        return kinds;
    }

    /// Words that break where small letters end and capitals begin.
    private static String capitalised(String ending) {
        String first = "[^\\r\\n\\p{L}\\p{N}]?";
        return first + CAPITALS + "*" + SMALLS + "+" + ending + "|" + first + CAPITALS + "+" + SMALLS + "*" + ending;
    }

    private static PreTokenizer kind(boolean keepsKnownWords, boolean addsBegin, String... patterns) {
        // \s must mean Unicode's white space, as it does in the tokenizers' own libraries.
        return new PreTokenizer(
                Arrays.stream(patterns)
                        .map(pattern -> Pattern.compile(pattern, Pattern.UNICODE_CHARACTER_CLASS))
                        .toList(),
                keepsKnownWords,
                addsBegin);
    }

    /// The kind that the metadata name; `default` when they name none.
    ///
    /// @throws GgufException if the kind is unknown, with the known ones
    static PreTokenizer of(Metadata metadata) {
        String name = metadata.text(KEY).orElse("default");
        return named(name)
                .orElseThrow(() -> metadata.invalid(
                        KEY,
                        "unknown pre-tokenizer %s, known are %s"
                                .formatted(GgufException.quote(name), String.join(", ", KINDS.keySet()))));
    }

    static Optional<PreTokenizer> named(String name) {
        return Optional.ofNullable(KINDS.get(name));
    }

    /// Hands the words of `text` to `sink`, in order.
    void split(String text, Consumer<String> sink) {
        List<String> words = List.of(text);
        for (Pattern pattern : patterns) {
            List<String> finer = new ArrayList<>(words.size());
            for (String word : words) {
                split(word, pattern, finer);
            }
            words = finer;
        }
        words.forEach(sink);
    }

    private static void split(String text, Pattern pattern, List<String> words) {
        Matcher matcher = pattern.matcher(text);
        int end = 0;
        while (matcher.find()) {
            if (matcher.start() > end) {
                words.add(text.substring(end, matcher.start()));
            }
            words.add(matcher.group());
            end = matcher.end();
        }
        if (end < text.length()) {
            words.add(text.substring(end));
        }
    }
}
