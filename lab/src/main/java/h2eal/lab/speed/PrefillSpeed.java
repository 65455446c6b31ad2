package h2eal.lab.speed;

import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import java.util.Arrays;

/// How long a prompt takes.
///
/// @param promptTokens tokens of the prompt
/// @param milliseconds of one prompt
public record PrefillSpeed(int promptTokens, Milliseconds milliseconds) {

    /// Prompts until compiled code runs.
    private static final int WARM_UP = 2;

    /// Measures `repeats` prompts.
    public static PrefillSpeed of(Engine engine, SessionOptions options, int promptTokens, int repeats) {
        Stopwatch prompts = new Stopwatch(repeats);
        for (int i = -WARM_UP; i < repeats; i++) {
            try (Session session = engine.session(options.withContext(promptTokens, true))) {
                if (i < 0) {
                    session.prefill(prompt(promptTokens));
                } else {
                    prompts.time(() -> session.prefill(prompt(promptTokens)));
                }
            }
        }
        return new PrefillSpeed(promptTokens, prompts.result());
    }

    /// One prompt after `depth` tokens of noise.
    static PrefillSpeed at(Session session, int depth, int promptTokens) {
        if (depth > 0) {
            session.fillWithNoise(depth, 1);
        }
        Stopwatch once = new Stopwatch(1);
        once.time(() -> session.prefill(prompt(promptTokens)));
        return new PrefillSpeed(promptTokens, once.result());
    }

    private static int[] prompt(int tokens) {
        int[] prompt = new int[tokens];
        Arrays.setAll(prompt, i -> 65 + i * 7 % 26);
        return prompt;
    }

    /// Tokens per second.
    public double tokensPerSecond() {
        return promptTokens * 1e3 / milliseconds.median();
    }
}
