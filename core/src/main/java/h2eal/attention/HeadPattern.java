package h2eal.attention;

/// How one KV head reads the cache. A closed set: the compiler finds every place that must learn a new pattern.
public sealed interface HeadPattern {

    /// Reads every token: the baseline.
    record Dense() implements HeadPattern {}

    /// Reads the first `sinkTokens` and the last `windowTokens` tokens, the current one included: static sparsity.
    record Streaming(int sinkTokens, int windowTokens) implements HeadPattern {
        public Streaming {
            if (sinkTokens < 0 || windowTokens < 1) {
                throw new IllegalArgumentException(
                        "a streaming head needs sinkTokens >= 0 and windowTokens >= 1: %d, %d"
                                .formatted(sinkTokens, windowTokens));
            }
        }
    }

    /// Reads the pages its query scores highest, at most `budgetTokens` tokens, forced pages included:
    /// dynamic sparsity.
    record Retrieval(int budgetTokens) implements HeadPattern {

        /// A budget that no context exceeds.
        public static final int UNLIMITED = Integer.MAX_VALUE;

        public Retrieval {
            if (budgetTokens < 1) {
                throw new IllegalArgumentException("a retrieval head needs budgetTokens >= 1: " + budgetTokens);
            }
        }

        /// Whether the head reads everything.
        public boolean isUnlimited() {
            return budgetTokens == UNLIMITED;
        }
    }
}
