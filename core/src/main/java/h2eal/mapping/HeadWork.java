package h2eal.mapping;

import java.util.Objects;

/// What one head is expected to read in one decode step of one layer: the input of a [Balancer].
///
/// @param tokens tokens attended
/// @param summaries key summaries scored, as an average over steps (refreshes happen every few)
/// @param queryHeads query heads that share the head
/// @param tokenBytes bytes of K and V of one token
/// @param summaryBytes bytes of one key summary
public record HeadWork(HeadId head, int tokens, double summaries, int queryHeads, int tokenBytes, int summaryBytes) {

    public HeadWork {
        Objects.requireNonNull(head, "head");
        if (tokens < 0 || summaries < 0 || queryHeads < 1 || tokenBytes < 1 || summaryBytes < 0) {
            throw new IllegalArgumentException("work must not be negative: %d tokens, %s summaries, %d query heads"
                    .formatted(tokens, summaries, queryHeads));
        }
    }
}
