package h2eal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.runtime.golden.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Logits and greedy tokens equal those of llama.cpp (see data/models/README.md).
class GoldenValuesTest {

    private static Engine demo;

    @BeforeAll
    static void openDemoModel() {
        demo = Engine.open(Golden.MODELS.resolve("h2eal-demo.gguf"), 2);
    }

    @AfterAll
    static void closeDemoModel() {
        demo.close();
    }

    /// All prompts up to 1024 tokens and one of each longer kind, so that the test stays quick.
    static Stream<String> prompts() {
        return Stream.concat(
                Golden.demoCases().stream()
                        .map(test -> test.get("name").asString())
                        .filter(name -> !name.matches("needle-(2048|4096).*")),
                Stream.of("needle-2048-0.1-1", "needle-4096-0.9-1"));
    }

    @ParameterizedTest
    @MethodSource("prompts")
    void demoModelComputesWhatLlamaCppComputes(String name) {
        JsonNode golden = Golden.demoCases().stream()
                .filter(test -> test.get("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
        SessionOptions options = SessionOptions.dense().withContext(4096 + 8, true);
        try (Session session = demo.session(options)) {
            session.prefill(demo.tokenizer().encodePrompt(golden.get("prompt").asString()));
            assertThat(session.logits()).containsExactly(Golden.floats(golden.get("lastLogits")), within(1e-3f));
            assertThat(greedy(session, 8)).isEqualTo(tokens(golden));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gqa-F32, 1e-3",
        "gqa-F16, 1e-3",
        "gqa-BF16, 1e-3",
        "gqa-Q8_0, 3e-2",
        "gqa-Q4_0, 3e-2",
        "mha-F32, 1e-3",
        "mha-Q8_0, 3e-2",
        "k-Q2_K, 3e-2",
        "k-Q3_K, 3e-2",
        "k-Q4_K, 3e-2",
        "k-Q5_K, 3e-2",
        "k-Q6_K, 3e-2",
        "k-Q4_1, 3e-2",
        "k-Q5_0, 3e-2",
        "k-Q5_1, 3e-2",
        "k-IQ4_NL, 3e-2"
    })
    void generatedModelsStayWithinTheirTolerance(String name, float shareOfRange) {
        JsonNode golden = Golden.ofGenerated(name + ".gguf");
        float[] expected = Golden.floats(golden.get("lastLogits"));
        try (Engine engine = Engine.open(Golden.MODELS.resolve("generated").resolve(name + ".gguf"), 1);
                Session session = engine.session(SessionOptions.dense())) {
            session.prefill(Golden.ints(golden.get("tokens")));
            assertThat(session.logits()).containsExactly(expected, within(shareOfRange * range(expected)));
            if (name.endsWith("F32") || name.endsWith("F16")) {
                assertThat(greedy(session, 12)).isEqualTo(tokens(golden));
            }
        }
    }

    @Test
    void tokensOneByOneLeadToTheLogitsOfTheBatch() {
        JsonNode golden = Golden.ofGenerated("gqa-F32.gguf");
        float[] expected = Golden.floats(golden.get("lastLogits"));
        try (Engine engine = Engine.open(Golden.MODELS.resolve("generated/gqa-F32.gguf"), 2);
                Session session = engine.session(SessionOptions.dense())) {
            for (int token : Golden.ints(golden.get("tokens"))) {
                session.step(token);
            }
            assertThat(session.logits()).containsExactly(expected, within(1e-3f * range(expected)));
        }
    }

    private static List<Integer> greedy(Session session, int count) {
        List<Integer> tokens = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] logits = session.logits();
            int best = 0;
            for (int token = 1; token < logits.length; token++) {
                best = logits[token] > logits[best] ? token : best;
            }
            tokens.add(best);
            session.step(best);
        }
        return tokens;
    }

    private static List<Integer> tokens(JsonNode golden) {
        return Arrays.stream(Golden.ints(golden.get("greedy"))).boxed().toList();
    }

    private static float range(float[] logits) {
        float least = Float.POSITIVE_INFINITY;
        float largest = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            least = Math.min(least, logit);
            largest = Math.max(largest, logit);
        }
        return largest - least;
    }
}
