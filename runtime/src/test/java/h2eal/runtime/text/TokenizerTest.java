package h2eal.runtime.text;

import static h2eal.runtime.text.Vocabularies.CONTROL;
import static h2eal.runtime.text.Vocabularies.NORMAL;
import static h2eal.runtime.text.Vocabularies.UNKNOWN;
import static h2eal.runtime.text.Vocabularies.USER_DEFINED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.runtime.gguf.GgufException;
import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.golden.Golden;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TokenizerTest {

    @ParameterizedTest
    @ValueSource(strings = {"gqa-F32.gguf", "mha-F32.gguf", "k-Q4_K.gguf"})
    void promptsBecomeTheTokensOfLlamaCpp(String name) {
        Tokenizer tokenizer = generated(name);
        for (JsonNode expected : Golden.list(Golden.ofGenerated(name).get("tokenization"))) {
            String text = expected.get("text").asString();
            assertThat(tokenizer.encodePrompt(text)).as(text).containsExactly(Golden.ints(expected.get("ids")));
        }
    }

    @Test
    void demoModelReadsOneByteAtATime() {
        try (GgufFile file = GgufFile.open(Golden.MODELS.resolve("h2eal-demo.gguf"))) {
            Tokenizer tokenizer = Tokenizer.of(file.metadata());
            assertThat(tokenizer.encodePrompt("a [b=1]\n")).containsExactly(0, 97, 32, 91, 98, 61, 49, 93, 10);
            assertThat(tokenizer.decode(72, 105, 0xC3, 0xA9)).isEqualTo("Hié");
        }
    }

    @Property(tries = 300, seed = "7")
    void byteLevelTokensSpellTheTextAgain(@ForAll String text) {
        Tokenizer tokenizer = SHARED;
        String sound = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        assertThat(tokenizer.decode(tokenizer.encode(sound, false))).isEqualTo(sound);
    }

    private static final Tokenizer SHARED = generated("gqa-F32.gguf");

    @Test
    void specialTokensAreOnlyRecognisedWhenAsked() {
        int control = SHARED.beginToken().orElseThrow();
        assertThat(SHARED.encode("<|begin_of_text|>", true)).containsExactly(control);
        assertThat(SHARED.encode("<|begin_of_text|>", false)).doesNotContain(control);
        assertThat(SHARED.decode(control)).isEmpty();
    }

    @Test
    void sentencePieceJoinsTheBestScoreFirstAndFallsBackToBytes() {
        // ▁ab could be ▁a + b or ▁ + ab; the better score wins.
        Tokenizer tokenizer = sentencePiece()
                .token("▁", NORMAL, -1)
                .token("a", NORMAL, -2)
                .token("b", NORMAL, -3)
                .token("▁a", NORMAL, -5)
                .token("ab", NORMAL, -4)
                .build();
        assertThat(tokenizer.encodePrompt("ab")).containsExactly(1, 259, 263);
        assertThat(tokenizer.encodePrompt("a é")).containsExactly(1, 262, 259, 3 + 0xC3, 3 + 0xA9);
        assertThat(tokenizer.decode(262, 259, 3 + 0xC3, 3 + 0xA9)).isEqualTo(" a é");
        assertThat(tokenizer.endsGeneration(2)).isTrue();
    }

    @Test
    void sentencePiecePrefixesASpaceAfterSpecialTokensOnly() {
        Tokenizer tokenizer = sentencePiece()
                .token("▁", NORMAL, -1)
                .token("a", NORMAL, -2)
                .token("▁a", NORMAL, -3)
                .token("[INST]", CONTROL, 0)
                .build();
        assertThat(tokenizer.encodePrompt("a[INST]a a")).containsExactly(1, 261, 262, 261, 261);
    }

    @Test
    void withoutScoresTheLeftmostPairIsJoinedFirst() {
        Tokenizer tokenizer = sentencePiece()
                .token("a", NORMAL, 0)
                .token("b", NORMAL, 0)
                .token("ab", NORMAL, 0)
                .token("ba", NORMAL, 0)
                .flag("add_space_prefix", false)
                .withoutScores()
                .build();
        assertThat(tokenizer.encode("aba", false)).containsExactly(261, 259);
    }

    @Test
    void unigramTakesTheCutWithTheLargestSum() {
        Tokenizer tokenizer = new Vocabularies("t5")
                .token("<unk>", UNKNOWN, 0)
                .token("</s>", CONTROL, 0)
                .token("▁", NORMAL, -2)
                .token("▁ab", NORMAL, -6)
                .token("a", NORMAL, -2)
                .token("b", NORMAL, -2.5)
                .token("bc", NORMAL, -1)
                .token("c", NORMAL, -3)
                .id("unknown", 0)
                .id("eos", 1)
                .build();
        // ▁ab + c costs 9, ▁ + a + bc costs 5; a run of unknown characters is one unknown token.
        assertThat(tokenizer.encodePrompt("abc")).containsExactly(2, 4, 6, 1);
        assertThat(tokenizer.encodePrompt(" a  zzz ")).containsExactly(2, 4, 2, 0, 1);
    }

    @Test
    void userDefinedTokensAreAlwaysRecognised() {
        Tokenizer tokenizer = sentencePiece()
                .token("▁", NORMAL, -1)
                .token("a", NORMAL, -2)
                .token("aaa", USER_DEFINED, 0)
                .build();
        assertThat(tokenizer.encode("aaa", false)).containsExactly(261);
    }

    @Test
    void longRunsWithoutABreakAreNoTrap() {
        String run = "a".repeat(200_000);
        assertThat(SHARED.encode(run, false)).isNotEmpty();
        assertThat(SHARED.encode(" ".repeat(200_000), false)).isNotEmpty();
    }

    @Test
    void unknownKindsAreRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> new Vocabularies("bert").token("a", NORMAL, 0).build())
                .isInstanceOf(GgufException.class)
                .hasMessageContaining("tokenizer.ggml.model: unknown tokenizer \"bert\", known are gpt2, llama, t5");
        assertThatThrownBy(() -> new Vocabularies("gpt2")
                        .text("tokenizer.ggml.pre", "klingon")
                        .merges()
                        .token("a", NORMAL, 0)
                        .build())
                .hasMessageContaining("tokenizer.ggml.pre: unknown pre-tokenizer \"klingon\", known are")
                .hasMessageContaining("llama-bpe, ");
        assertThatThrownBy(() -> sentencePiece().id("bos", 259).build())
                .hasMessageContaining("tokenizer.ggml.bos_token_id: must be below the number of tokens, 259: 259");
    }

    private static Vocabularies sentencePiece() {
        return new Vocabularies("llama")
                .token("<unk>", UNKNOWN, 0)
                .token("<s>", CONTROL, 0)
                .token("</s>", CONTROL, 0)
                .byteTokens()
                .id("unknown", 0)
                .id("bos", 1)
                .id("eos", 2);
    }

    private static Tokenizer generated(String name) {
        try (GgufFile file = GgufFile.open(Golden.MODELS.resolve("generated").resolve(name))) {
            return Tokenizer.of(file.metadata());
        }
    }
}
