package h2eal.mapping;

import java.util.Objects;

/// What one head is expected to read in the decode steps of one layer: the input of a [Balancer].
///
/// @param tokens tokens attended in every step
/// @param summaries key summaries scored in a step that refreshes the selection; 0 for heads that select nothing
/// @param refreshInterval decode steps between two such steps; 1 when every step selects
public record HeadWork(HeadId head, int tokens, int summaries, int refreshInterval, KvFormat format) {

    public HeadWork {
        Objects.requireNonNull(head, "head");
        Objects.requireNonNull(format, "format");
        if (tokens < 0 || summaries < 0 || refreshInterval < 1) {
            throw new IllegalArgumentException(
                    "a head reads tokens >= 0 and summaries >= 0, and refreshes every >= 1 steps: %d, %d, %d"
                            .formatted(tokens, summaries, refreshInterval));
        }
    }
}
