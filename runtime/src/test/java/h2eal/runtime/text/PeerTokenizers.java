package h2eal.runtime.text;

import static h2eal.runtime.text.Vocabularies.CONTROL;
import static h2eal.runtime.text.Vocabularies.NORMAL;
import static h2eal.runtime.text.Vocabularies.UNKNOWN;
import static h2eal.runtime.text.Vocabularies.USER_DEFINED;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Small tokenizers of every kind, by the names in `llama-cpp.json`, and texts whose tokens llama.cpp found with them.
final class PeerTokenizers {

    static final List<String> TEXTS = List.of(
            "the thing, the 12345 things 12 123456789",
            "It's I'VE we'LL don't 'tis",
            "  two  spaces\n\n\nlines \n \t\ttabs   ",
            "caf\u00e9 na\u00efve \u6f22\u5b57 \ud83d\ude42\u200d\u2640 \u00bd \u0663\u0664 e\u0301",
            "for (int i=0;i<12;++i) { s[i] += \"x\"; } // end!!",
            "camelCase HTTPServer ABCabc \u00c9COLE",
            "<s>the<|end|>the</s> the<tag>  the <|end|>",
            "\u00a0the\u3000the \r\n\r\nthe",
            "a/b//c ...!!! --- $12.50 #thing @the",
            "");

    private static final String[] MERGES = {
        "t h",
        "th e",
        "\u0120 t",
        "\u0120t he",
        "i n",
        "in g",
        "th ing",
        "\u0120t hing",
        "' s",
        "' t",
        "' V",
        "'V E",
        "' ll",
        "l l",
        "L L",
        "' LL",
        "1 2",
        "12 3",
        "123 4",
        "3 4",
        "4 5",
        "34 5",
        "\u0120 12",
        "\u0120 1",
        "\u0120 \u0120",
        "\u0120\u0120 \u0120\u0120",
        "\u010a \u010a",
        "\u0120 \u010a",
        "\u010a \u010a\u010a",
        "\u0109 \u0109",
        "! !",
        ". .",
        ".. .",
        "+ +",
        "/ /",
        ") ;",
        "\u0120 /",
        "\u0120 //",
        "A B",
        "AB C",
        "b C",
        "e C",
        "l C",
        "P S",
        "H T",
        "T P",
        "HT TP",
        "\u00c3 \u00a9",
        "f \u00c3\u00a9",
        "\u00c2 \u0142",
        "\u0120 {",
        "\u010d \u010a",
        "\u010d\u010a \u010d\u010a",
        "$ 1",
        "# t",
        "- -",
        "-- -",
        "\u0120 \"",
        "e l",
        "el C"
    };

    private PeerTokenizers() {}

    static Map<String, Vocabularies> all() {
        Map<String, Vocabularies> all = new LinkedHashMap<>();
        for (String pre :
                List.of("llama-bpe", "qwen2", "gpt-2", "default", "smollm", "tekken", "gpt-4o", "dbrx", "falcon")) {
            all.put(pre, bytePairs().text("tokenizer.ggml.pre", pre));
        }
        all.put("llama", sentencePiece());
        all.put("gemma", sentencePiece().flag("add_space_prefix", false));
        all.put("phi3", sentencePiece().flag("add_space_prefix", true).flag("add_bos_token", false));
        all.put("add-eos", sentencePiece().flag("add_eos_token", true));
        return all;
    }

    private static Vocabularies bytePairs() {
        Vocabularies vocabulary = new Vocabularies("gpt2");
        for (int value = 0; value < 256; value++) {
            vocabulary.token(ByteAlphabet.letter(value), NORMAL, 0);
        }
        for (String merge : MERGES) {
            vocabulary.token(merge.replace(" ", ""), NORMAL, 0);
        }
        return specials(vocabulary.merges(MERGES), 256 + MERGES.length);
    }

    private static Vocabularies sentencePiece() {
        Vocabularies vocabulary =
                new Vocabularies("llama").token("<unk>", UNKNOWN, 0).byteTokens();
        String[] pieces = {
            "\u2581",
            "t",
            "h",
            "e",
            "s",
            "i",
            "n",
            "g",
            ",",
            ".",
            "1",
            "2",
            "3",
            "c",
            "a",
            "f",
            "\u00e9",
            "th",
            "the",
            "\u2581the",
            "\u2581t",
            "in",
            "ing",
            "thing",
            "\u2581thing",
            "\u2581things",
            "12",
            "123",
            "\u2581\u2581",
            "\u2581\u2581\u2581\u2581",
            "caf\u00e9",
            "\u2581caf",
            "'",
            "'s",
            "It",
            "\u6f22",
            "\u6f22\u5b57",
            "\u2581it",
            "//",
            "he",
            "hin"
        };
        for (int i = 0; i < pieces.length; i++) {
            vocabulary.token(pieces[i], NORMAL, -1 - i % 7 - 0.25 * i);
        }
        return specials(vocabulary, 257 + pieces.length).id("unknown", 0);
    }

    private static Vocabularies specials(Vocabularies vocabulary, int next) {
        return vocabulary
                .token("<s>", CONTROL, 0)
                .token("</s>", CONTROL, 0)
                .token("<|end|>", CONTROL, 0)
                .token("<tag>", USER_DEFINED, 0)
                .id("bos", next)
                .id("eos", next + 1);
    }
}
