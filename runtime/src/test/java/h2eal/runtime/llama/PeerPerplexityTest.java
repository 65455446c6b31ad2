package h2eal.runtime.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import h2eal.runtime.gguf.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rounded weights cost no more accuracy here than in llama.cpp, as a prompt and in
/// decode steps. The perplexities are
/// those that llama.cpp 0.5.0 (of the npm package node-llama-cpp 3.22.1, one thread, f16 cache, no flash attention)
/// gives for the files that [QuantisedDemo] writes. It rounds activations to 8 bits, so they do not agree to the digit.
class PeerPerplexityTest {

    private static final Path TEXT = Path.of("../data/text/time_machine.txt");
    private static final int FROM = 4000;
    private static final int TOKENS = 256;
    /// Tokens read as a prompt, by matrix products; those that follow are decode steps, by dot products.
    private static final int PROMPT = 128;
    private static final double PERCENT = 0.5;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"Q8_0, 6.58737", "Q4_0, 6.76229", "Q4_K, 6.57223", "Q6_K, 6.57638"})
    void perplexityIsThatOfLlamaCpp(TensorType type, double perplexity) throws IOException {
        int[] tokens = tokens();
        try (Engine engine = Engine.open(QuantisedDemo.write(folder, type), 2);
                Session session = engine.session(SessionOptions.dense())) {
            double[] loss = new double[1];
            session.prefill(
                    Arrays.copyOf(tokens, PROMPT), (index, logits) -> loss[0] += loss(logits, tokens[index + 1]));
            for (int i = PROMPT; i + 1 < TOKENS; i++) {
                session.step(tokens[i]);
                loss[0] += loss(session.logits(), tokens[i + 1]);
            }
            assertThat(Math.exp(loss[0] / (TOKENS - 1))).isCloseTo(perplexity, withinPercentage(PERCENT));
        }
    }

    /// 0, which begins a text, and the bytes that follow: the model's tokens are bytes.
    private static int[] tokens() throws IOException {
        String text = Files.readString(TEXT, StandardCharsets.UTF_8);
        int[] letters =
                text.chars().skip(FROM).filter(c -> c < 128).limit(TOKENS - 1).toArray();
        int[] tokens = new int[TOKENS];
        System.arraycopy(letters, 0, tokens, 1, letters.length);
        return tokens;
    }

    /// -log of the softmax of `token`.
    private static double loss(float[] logits, int token) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - logits[token]);
        }
        return Math.log(sum);
    }
}
