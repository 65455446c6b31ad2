package h2eal.mapping;

import h2eal.attention.HeadPattern;
import java.util.Objects;

/// One head of one layer, as a [Placement] must store it.
///
/// @param tokens tiles that attend its tokens
/// @param summaries tiles that score its key summaries; only retrieval heads store any
/// @param pattern how it reads, which decides what it keeps
public record StoredHead(HeadGroup tokens, HeadGroup summaries, HeadPattern pattern) {

    public StoredHead {
        Objects.requireNonNull(pattern, "pattern");
        if (!tokens.head().equals(summaries.head())) {
            throw new IllegalArgumentException(
                    "two groups of one head: %s, %s".formatted(tokens.head(), summaries.head()));
        }
    }

    /// The head.
    public HeadId head() {
        return tokens.head();
    }

    /// Tokens the head keeps of a sequence of `capacityTokens`.
    public int storedTokens(int capacityTokens) {
        return switch (pattern) {
            case HeadPattern.Streaming streaming ->
                Math.min(capacityTokens, streaming.sinkTokens() + streaming.windowTokens());
            case HeadPattern.Dense dense -> capacityTokens;
            case HeadPattern.Retrieval retrieval -> capacityTokens;
        };
    }

    /// Whether the head keeps key summaries.
    public boolean keepsSummaries() {
        return pattern instanceof HeadPattern.Retrieval;
    }
}
