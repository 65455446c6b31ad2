package h2eal.lab.profile;

import h2eal.lab.eval.score.LogProbabilities;
import h2eal.lab.measure.Fact;
import h2eal.lab.measure.Haystack;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Seeded recall trials: different pieces of one prose, each with facts of its own.
///
/// @param haystacks one per trial
public record RecallTrials(List<Haystack> haystacks) {

    private static final int FACTS = 4;

    public RecallTrials {
        haystacks = List.copyOf(haystacks);
    }

    /// Draws trials.
    ///
    /// @param characters length of one haystack
    /// @throws IllegalArgumentException if the prose is shorter than one haystack
    public static RecallTrials draw(String prose, int trials, int characters, long seed) {
        Random random = new Random(seed);
        if (prose.length() <= characters) {
            throw new IllegalArgumentException(
                    "%d characters of prose do not hold a trial of %d".formatted(prose.length(), characters));
        }
        List<Haystack> haystacks = new ArrayList<>();
        for (int trial = 0; trial < trials; trial++) {
            int from = random.nextInt(prose.length() - characters);
            List<Fact> facts = random.ints(0, 26 * 26 * 26)
                    .distinct()
                    .limit(FACTS)
                    .mapToObj(key -> new Fact(letters(key), "%04d".formatted(random.nextInt(10_000))))
                    .toList();
            haystacks.add(Haystack.plant(prose.substring(from), facts, characters));
        }
        return new RecallTrials(haystacks);
    }

    private static String letters(int key) {
        return "" + (char) ('a' + key / 676) + (char) ('a' + key / 26 % 26) + (char) ('a' + key % 26);
    }

    /// Mean negative log-probability, in nats, of the tokens of all values under `options`, teacher-forced.
    public double loss(Engine engine, SessionOptions options) {
        return losses(engine, List.of(options)).getFirst();
    }

    /// The same of several options, which differ in their attention only; every text is read once.
    public List<Double> losses(Engine engine, List<SessionOptions> options) {
        double[] losses = new double[options.size()];
        int count = 0;
        for (Haystack haystack : haystacks) {
            try (Session base = engine.session(options.getFirst().with(new AttentionMode.Dense()))) {
                base.prefill(engine.tokenizer().encodePrompt(haystack.text()));
                for (int i = 0; i < losses.length; i++) {
                    try (Session session = engine.session(options.get(i))) {
                        session.continueFrom(base);
                        losses[i] += loss(engine, session, haystack);
                    }
                }
            }
            for (Fact fact : haystack.facts()) {
                count += engine.tokenizer().encode(fact.value(), false).length;
            }
        }
        int tokens = count;
        return Arrays.stream(losses).mapToObj(loss -> loss / tokens).toList();
    }

    private static double loss(Engine engine, Session session, Haystack haystack) {
        double loss = 0;
        for (Fact fact : haystack.facts()) {
            for (int token : engine.tokenizer().encode(fact.question(), false)) {
                session.step(token);
            }
            for (int token : engine.tokenizer().encode(fact.value(), false)) {
                loss += LogProbabilities.loss(session.logits(), token);
                session.step(token);
            }
        }
        return loss;
    }
}
