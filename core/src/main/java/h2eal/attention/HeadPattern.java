package h2eal.attention;

import java.util.Objects;
import java.util.Optional;

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

        /// What the head reads of a context (StreamingLLM, DuoAttention).
        public TokenSet tokens(int contextTokens) {
            TokenSet sink = TokenSet.range(0, Math.min(sinkTokens, contextTokens));
            return sink.union(TokenSet.range(Math.max(0, contextTokens - windowTokens), contextTokens));
        }
    }

    /// Reads the pages its query scores highest within a budget, forced pages included: dynamic sparsity.
    ///
    /// @param sinkTokens first tokens whose pages are always read, within the budget; the newest page is read in any
    /// case
    /// @param banks banks over which whole pages are dealt, page by page; no bank serves more than its equal share of a
    /// selection, rounded up, so that none is waited for. 1 selects by score alone
    record Retrieval(Budget budget, int sinkTokens, int banks) implements HeadPattern {

        /// Tokens of a fixed budget that no context exceeds.
        public static final int UNLIMITED = Integer.MAX_VALUE;

        public Retrieval {
            Objects.requireNonNull(budget, "budget");
            if (sinkTokens < 0) {
                throw new IllegalArgumentException("a retrieval head needs sinkTokens >= 0: " + sinkTokens);
            }
            if (banks < 1) {
                throw new IllegalArgumentException("pages are dealt over at least one bank: " + banks);
            }
        }

        /// A head whose pages are selected by score alone.
        public Retrieval(Budget budget, int sinkTokens) {
            this(budget, sinkTokens, 1);
        }

        /// A fixed budget, with nothing forced but the newest page.
        public Retrieval(int budgetTokens) {
            this(new Budget.Fixed(budgetTokens), 0);
        }

        /// The share of the attention that the head must keep, if that is its budget.
        public Optional<Budget.MassTarget> massTarget() {
            return budget instanceof Budget.MassTarget target ? Optional.of(target) : Optional.empty();
        }

        /// Whether the head reads everything.
        public boolean isUnlimited() {
            return budget.leastTokens(0) == UNLIMITED;
        }

        /// This head with a budget of `factor` times the tokens, in whole pages, at least two.
        Retrieval scaled(double factor, int pageTokens) {
            return factor == 1 ? this : new Retrieval(budget.scaled(factor, pageTokens), sinkTokens, banks);
        }

        /// Most pages that the head reads of a context, the forced ones included.
        public int budgetPages(PageGeometry geometry, int contextTokens) {
            return Math.min(budget.mostTokens(contextTokens) / geometry.pageTokens(), geometry.pages(contextTokens));
        }

        /// First pages that are forced: those of the sink, as far as the budget has room for them and the newest page.
        public int sinkPages(PageGeometry geometry, int contextTokens) {
            return Math.min(geometry.pages(sinkTokens), budgetPages(geometry, contextTokens) - 1);
        }

        /// Whether a context is read whole.
        public boolean fits(int contextTokens) {
            return contextTokens <= budget.leastTokens(contextTokens);
        }
    }
}
