package h2eal.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.runtime.golden.Golden;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every kind of tokenizer finds the tokens that llama.cpp finds. Those of `llama-cpp.json` are what llama.cpp 0.5.0
/// (of the npm package node-llama-cpp 3.22.1) makes of [PeerTokenizers#TEXTS], special tokens parsed and nothing added.
class PeerTokensTest {

    private static final JsonNode TOKENS =
            new JsonMapper().readTree(PeerTokensTest.class.getResourceAsStream("llama-cpp.json"));

    static Iterable<String> names() {
        return PeerTokenizers.all().keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void textsBecomeTheTokensOfLlamaCpp(String name) {
        Tokenizer tokenizer = PeerTokenizers.all().get(name).build();
        List<JsonNode> expected = Golden.list(TOKENS.get(name));
        for (int i = 0; i < expected.size(); i++) {
            String text = PeerTokenizers.TEXTS.get(i);
            assertThat(tokenizer.encode(text, true)).as(text).containsExactly(Golden.ints(expected.get(i)));
        }
    }
}
