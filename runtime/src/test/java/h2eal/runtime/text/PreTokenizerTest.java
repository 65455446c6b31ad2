package h2eal.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreTokenizerTest {

    @Test
    void llama3GroupsDigitsByThreeAndQwen2TakesThemOneByOne() {
        assertThat(split("llama-bpe", "in 12345")).containsExactly("in", " ", "123", "45");
        assertThat(split("qwen2", "in 12")).containsExactly("in", " ", "1", "2");
        assertThat(split("gpt-2", "in 12345")).containsExactly("in", " 12345");
        assertThat(split("smollm", "in 12")).containsExactly("in", " ", "1", "2");
        assertThat(split("default", "in 12345")).containsExactly("in", " ", "123", "45");
    }

    @Test
    void contractionsAreWordsOfTheirOwn() {
        assertThat(split("llama-bpe", "I'VE it's")).containsExactly("I", "'VE", " it", "'s");
        assertThat(split("gpt-2", "I'VE it's")).containsExactly("I", "'", "VE", " it", "'s");
    }

    @Test
    void lastSpaceOfARunBelongsToTheNextWord() {
        assertThat(split("llama-bpe", "a   b\n\n c ")).containsExactly("a", "  ", " b", "\n\n", " c", " ");
        assertThat(split("llama-bpe", "a\u00a0\u00a0b")).containsExactly("a", "\u00a0", "\u00a0b");
    }

    @Test
    void tekkenBreaksWhereSmallLettersEnd() {
        assertThat(split("tekken", "camelCase HTTPServer 12"))
                .containsExactly("camel", "Case", " HTTPServer", " ", "1", "2");
    }

    private static List<String> split(String kind, String text) {
        List<String> words = new ArrayList<>();
        PreTokenizer.named(kind).orElseThrow().split(text, words::add);
        return words;
    }
}
