package h2eal.sim.report;

import java.util.List;
import java.util.Objects;

/// What reading a prompt costs, from its first token to the first new one: an estimate.
///
/// @param tokens length of the prompt
/// @param chunkTokens tokens that attend together
/// @param blockTokens tokens that share one pass over the weights
/// @param attention attention alone, all chunks and layers
/// @param endToEnd the whole prompt
/// @param phases every phase that occurred, in order
public record PrefillReport(
        int tokens,
        int chunkTokens,
        int blockTokens,
        CostReport attention,
        CostReport endToEnd,
        List<PhaseReport> phases) {

    public PrefillReport {
        Objects.requireNonNull(attention, "attention");
        Objects.requireNonNull(endToEnd, "endToEnd");
        phases = List.copyOf(phases);
    }

    /// Tokens per second.
    public double tokensPerSecond() {
        return tokens / (endToEnd.nanoseconds() / 1e9);
    }
}
