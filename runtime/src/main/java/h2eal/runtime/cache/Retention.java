package h2eal.runtime.cache;

import h2eal.attention.SummaryPrecision;
import h2eal.attention.SummaryScore;
import java.util.Objects;
import java.util.Optional;

/// What the cache keeps of one KV head.
public sealed interface Retention {

    /// Keeps every token.
    ///
    /// @param summaries the key summaries kept beside the pages; none for heads that never select
    /// @param precision how these are stored
    record Everything(Optional<SummaryScore> summaries, SummaryPrecision precision) implements Retention {
        public Everything {
            Objects.requireNonNull(summaries, "summaries");
            Objects.requireNonNull(precision, "precision");
        }
    }

    /// Keeps the first `sinkTokens` and at least the last `windowTokens` tokens; older pages are overwritten.
    ///
    /// @param windowTokens tokens that stay readable behind the newest one, it included: the head's window plus the
    ///     tokens of a prefill batch before the one that reads first
    record Ends(int sinkTokens, int windowTokens) implements Retention {
        public Ends {
            if (sinkTokens < 0 || windowTokens < 1) {
                throw new IllegalArgumentException("sinkTokens must be at least 0 and windowTokens at least 1: %d, %d"
                        .formatted(sinkTokens, windowTokens));
            }
        }
    }

    /// Keeps every token and no summaries.
    static Retention everything() {
        return new Everything(Optional.empty(), SummaryPrecision.CACHE);
    }
}
