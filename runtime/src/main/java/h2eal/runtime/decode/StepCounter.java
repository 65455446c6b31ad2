package h2eal.runtime.decode;

/// Receives how much each KV head read in a step, as bare numbers: the decode path allocates nothing.
@FunctionalInterface
public interface StepCounter {

    /// Counts one head of one layer.
    ///
    /// @param contextTokens tokens in the cache, the current one included
    /// @param summariesScored key summaries read and scored
    /// @param tokens tokens read
    /// @param pages pages of which at least one token was read
    void add(int contextTokens, int summariesScored, int tokens, int pages);
}
