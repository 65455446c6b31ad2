package h2eal.lab.convert;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// How a `tokenizer.json` splits text into words, from the patterns of its `pre_tokenizer`.
///
/// @param patterns all texts of its steps in one
/// @param digitsAlone whether a step of its own separates digits
/// @param keepsKnownWords whether a word that is a token is taken whole
record SplitPattern(String patterns, boolean digitsAlone, boolean keepsKnownWords) {

    static SplitPattern of(JsonFields tokenizer) {
        StringBuilder patterns = new StringBuilder();
        boolean digitsAlone = false;
        for (JsonNode step : steps(tokenizer, "pre_tokenizer", "pretokenizers")) {
            digitsAlone |= step.path("type").asString("").equals("Digits");
            patterns.append(step.path("pattern").path("Regex").asString("")).append('\n');
        }
        boolean keeps = tokenizer.requireObject("model").flag("ignore_merges");
        return new SplitPattern(patterns.toString(), digitsAlone, keeps);
    }

    /// GGUF's name of the pre-tokenizer.
    String preTokenizer() {
        boolean capitals = patterns.contains("\\p{Lu}");
        boolean threeDigits = patterns.contains("\\p{N}{1,3}") || patterns.contains("\\p{Nd}{1,3}");
        if (capitals) {
            return threeDigits ? "gpt-4o" : "tekken";
        }
        if (threeDigits) {
            return keepsKnownWords ? "llama-bpe" : "dbrx";
        }
        if (digitsAlone) {
            return "smollm";
        }
        return patterns.contains("\\p{N}") ? "qwen2" : "gpt-2";
    }

    /// Whether text gets a space in front, as SentencePiece does.
    static boolean prefixesSpace(JsonFields tokenizer) {
        for (JsonNode step : steps(tokenizer, "normalizer", "normalizers")) {
            if (step.path("type").asString("").equals("Prepend")) {
                return true;
            }
        }
        for (JsonNode step : steps(tokenizer, "pre_tokenizer", "pretokenizers")) {
            if (step.path("type").asString("").equals("Metaspace")) {
                return !step.path("prepend_scheme").asString("always").equals("never")
                        && step.path("add_prefix_space").asBoolean(true);
            }
        }
        return false;
    }

    /// Whether a prompt begins with the token `text`.
    static boolean addsFirst(JsonFields tokenizer, String text) {
        for (JsonNode step : steps(tokenizer, "post_processor", "processors")) {
            String first =
                    step.path("single").path(0).path("SpecialToken").path("id").asString("");
            if (first.equals(text)) {
                return true;
            }
        }
        return false;
    }

    /// The steps of a part of the file: itself, or those of the sequence it is.
    private static List<JsonNode> steps(JsonFields tokenizer, String part, String sequence) {
        List<JsonNode> steps = new ArrayList<>();
        JsonNode node = tokenizer.node().path(part);
        steps.add(node);
        node.path(sequence).forEach(steps::add);
        return steps;
    }
}
