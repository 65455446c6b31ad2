package h2eal.lab.measure;

import h2eal.lab.eval.score.LogProbabilities;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import h2eal.workload.ReadCounts;
import java.util.Arrays;
import java.util.function.LongConsumer;

/// How well a model predicts a text. The text is cut into windows of the context's length, each after the begin token;
/// the second half of a window is scored, so that every scored token has at least half a context before it.
///
/// @param tokens scored tokens
/// @param nll mean negative log-likelihood of a scored token, in nats
/// @param perplexity exp(nll)
/// @param klToDense mean Kullback-Leibler divergence from what dense attention predicts, in nats; 0 for dense
/// @param attention what the scored decode steps read; nothing when all was read in batches
public record Perplexity(int tokens, double nll, double perplexity, double klToDense, ReadCounts attention) {

    /// Measures `text` under `options`.
    ///
    /// @param progress hears the scored tokens done, of [#scoredTokens]
    /// @throws IllegalArgumentException if the text is too short to score a token
    public static Perplexity of(
            Engine engine, SessionOptions options, int[] text, int windowTokens, LongConsumer progress) {
        if (scoredTokens(engine, text.length, windowTokens) == 0) {
            throw new IllegalArgumentException(
                    "%d tokens are too few to score one in windows of %d".formatted(text.length, windowTokens));
        }
        Sums sums = new Sums(progress);
        int begin = engine.tokenizer().beginToken().isPresent() ? 1 : 0;
        for (int from = 0; from < text.length; from += windowTokens - begin) {
            int[] window = window(engine, text, from, windowTokens);
            if (window.length >= 2) {
                switch (options.attention()) {
                    case AttentionMode.Dense dense -> sums.addDense(engine, options, window);
                    case AttentionMode.Hybrid hybrid -> {
                        AttentionMode dense =
                                new AttentionMode.Dense(hybrid.attention().geometry());
                        sums.addHybrid(engine, options, options.with(dense), window);
                    }
                }
            }
        }
        return sums.mean();
    }

    /// Number of tokens that [#of] scores.
    public static int scoredTokens(Engine engine, int textTokens, int windowTokens) {
        int begin = engine.tokenizer().beginToken().isPresent() ? 1 : 0;
        if (windowTokens < 2 + begin) {
            throw new IllegalArgumentException("a window of %d tokens is too short".formatted(windowTokens));
        }
        int scored = 0;
        for (int from = 0; from < textTokens; from += windowTokens - begin) {
            int length = Math.min(windowTokens, textTokens - from + begin);
            scored += length < 2 ? 0 : length - firstScored(length);
        }
        return scored;
    }

    private static int firstScored(int windowLength) {
        return Math.max(1, windowLength / 2);
    }

    private static int[] window(Engine engine, int[] text, int from, int windowTokens) {
        int[] begin = engine.tokenizer().beginToken().stream().toArray();
        int[] window = Arrays.copyOf(begin, Math.min(windowTokens, text.length - from + begin.length));
        System.arraycopy(text, from, window, begin.length, window.length - begin.length);
        return window;
    }

    /// Sums over all windows.
    private static final class Sums {
        private final LongConsumer progress;
        private int tokens;
        private double loss;
        private double divergence;
        private ReadCounts attention = ReadCounts.NONE;

        Sums(LongConsumer progress) {
            this.progress = progress;
        }

        /// Dense attention reads the same in batches as step by step, so batches it is.
        void addDense(Engine engine, SessionOptions options, int[] window) {
            int first = firstScored(window.length);
            try (Session session = engine.session(options)) {
                session.prefill(Arrays.copyOf(window, window.length - 1), (index, logits) -> {
                    if (index + 1 >= first) {
                        add(LogProbabilities.loss(logits, window[index + 1]), 0);
                    }
                });
            }
        }

        /// Both attentions step through the scored half side by side.
        void addHybrid(Engine engine, SessionOptions hybrid, SessionOptions baseline, int[] window) {
            int first = firstScored(window.length);
            try (Session sparse = engine.session(hybrid);
                    Session dense = engine.session(baseline)) {
                if (first > 1) {
                    int[] context = Arrays.copyOf(window, first - 1);
                    sparse.prefill(context);
                    dense.prefill(context);
                }
                for (int next = first; next < window.length; next++) {
                    sparse.step(window[next - 1]);
                    dense.step(window[next - 1]);
                    add(
                            LogProbabilities.loss(sparse.logits(), window[next]),
                            LogProbabilities.divergence(dense.logits(), sparse.logits()));
                }
                attention = attention.plus(sparse.counters());
            }
        }

        private void add(double tokenLoss, double tokenDivergence) {
            tokens++;
            loss += tokenLoss;
            divergence += tokenDivergence;
            progress.accept(tokens);
        }

        Perplexity mean() {
            double nll = loss / tokens;
            return new Perplexity(tokens, nll, Math.exp(nll), divergence / tokens, attention);
        }
    }
}
