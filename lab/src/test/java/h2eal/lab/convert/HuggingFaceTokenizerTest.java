package h2eal.lab.convert;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.gguf.GgufWriter;
import h2eal.runtime.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Converted tokenizers find the tokens that Hugging Face's own library finds. The `*.tokenizer.json` were trained with
/// the Python package tokenizers 0.23.2 on the shipped novel and a line of odd characters, in the form that each family
/// has (440 tokens); `tokens.json` is what the same package makes of the texts.
class HuggingFaceTokenizerTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"llama3", "qwen2", "gpt2", "llama2", "gemma"})
    void textsBecomeTheTokensOfTheirOwnLibrary(String name) throws IOException {
        JsonNode golden = new JsonMapper().readTree(resource("tokens.json"));
        Tokenizer tokenizer = converted(name);
        for (int i = 0; i < golden.get("texts").size(); i++) {
            String text = golden.get("texts").get(i).asString();
            int[] expected = golden.get(name)
                    .get(i)
                    .valueStream()
                    .mapToInt(JsonNode::asInt)
                    .toArray();
            assertThat(tokenizer.encodePrompt(text)).as(text).containsExactly(expected);
        }
    }

    private Tokenizer converted(String name) throws IOException {
        Files.write(folder.resolve("tokenizer.json"), resource(name + ".tokenizer.json"));
        boolean sentencePiece = name.equals("llama2") || name.equals("gemma");
        String specials =
                sentencePiece ? "{\"bos_token_id\":1,\"eos_token_id\":2}" : "{\"bos_token_id\":0,\"eos_token_id\":1}";
        JsonFields config = JsonFields.parse(folder.resolve("config.json"), specials);
        Path gguf = folder.resolve("tokenizer.gguf");
        GgufWriter.write(gguf, new HuggingFaceTokenizer(folder, config).values(), List.of());
        try (GgufFile file = GgufFile.open(gguf)) {
            return Tokenizer.of(file.metadata());
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = HuggingFaceTokenizerTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}
