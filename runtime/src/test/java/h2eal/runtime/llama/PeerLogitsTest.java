package h2eal.runtime.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import h2eal.runtime.golden.Golden;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every architecture and way to turn computes what llama.cpp computes. The logits of `llama-cpp.json` are those that
/// llama.cpp 0.5.0 (of the npm package node-llama-cpp 3.22.1, one thread, f32 cache, no flash attention, a context of
/// 64) gives after [PeerModels#TOKENS] for the files that [PeerModels] writes.
class PeerLogitsTest {

    private static final JsonNode LOGITS =
            new JsonMapper().readTree(PeerLogitsTest.class.getResourceAsStream("llama-cpp.json"));

    @TempDir
    private Path folder;

    static Iterable<String> names() {
        return PeerModels.all().keySet();
    }

    @Test
    void exactWeightsKeepToTheWindowOfALayer() {
        try (Engine engine = Engine.open(PeerModels.all().get("gemma2").write(folder), 1);
                Session session = engine.session(SessionOptions.dense())) {
            session.prefill(PeerModels.TOKENS);
            session.step(5, (layer, queryHead, weights, tokens) -> {
                double sum = 0;
                for (int token = 0; token < tokens; token++) {
                    sum += weights[token];
                    // layers 0 and 2 see 9 tokens
                    boolean seen = layer == 1 || token >= tokens - 9;
                    assertThat(weights[token] > 0).isEqualTo(seen);
                }
                assertThat(sum).isCloseTo(1, within(1e-5));
            });
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void logitsEqualThoseOfLlamaCpp(String name) {
        float[] expected = Golden.floats(LOGITS.get(name));
        try (Engine engine = Engine.open(PeerModels.all().get(name).write(folder), 2);
                Session session = engine.session(SessionOptions.dense().withContext(64, false))) {
            session.prefill(PeerModels.TOKENS);
            // llama.cpp looks GELU up in a table of halves
            assertThat(session.logits()).containsExactly(expected, within(name.startsWith("gemma") ? 5e-3f : 1e-4f));
        }
    }
}
