package h2eal.lab.profile;

import h2eal.model.ModelShape;
import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Echo and induction scores on random tokens repeated a few times (RazorAttention §3.2): no text, no task, any
/// vocabulary.
///
/// @param echo mean attention to earlier copies of the current token
/// @param induction mean attention to the tokens that followed them
record RepeatProbe(HeadSums echo, HeadSums induction) {

    private static final int REPEATS = 4;
    private static final int OBSERVED = 64;

    /// Reads `length` random tokens four times and observes the end of the last time.
    static RepeatProbe of(Engine engine, int length, long seed) {
        ModelShape shape = engine.shape();
        int[] tokens = repeated(engine, length, seed);
        RepeatProbe probe = new RepeatProbe(new HeadSums(shape), new HeadSums(shape));
        int observed = Math.min(OBSERVED, length - 1);
        try (Session session = engine.session(SessionOptions.dense())) {
            session.prefill(Arrays.copyOf(tokens, tokens.length - observed));
            for (int at = tokens.length - observed; at < tokens.length; at++) {
                int token = at;
                session.step(tokens[at], (layer, head, weights, context) -> {
                    double echo = 0;
                    double induction = 0;
                    for (int copy = token - length; copy >= 0; copy -= length) {
                        echo += weights[copy];
                        induction += weights[copy + 1];
                    }
                    probe.echo.add(layer, head, echo);
                    probe.induction.add(layer, head, induction);
                });
                probe.echo.next();
                probe.induction.next();
            }
        }
        return probe;
    }

    private static int[] repeated(Engine engine, int length, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int vocabulary = engine.tokenizer().vocabularySize();
        int[] tokens = new int[REPEATS * length];
        for (int i = 0; i < length; i++) {
            tokens[i] = random.nextInt(vocabulary);
        }
        for (int i = length; i < tokens.length; i++) {
            tokens[i] = tokens[i - length];
        }
        return tokens;
    }
}
