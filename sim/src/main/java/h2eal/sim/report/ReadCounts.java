package h2eal.sim.report;

/// Proof that the sparse path ran: what was read of what could have been, over all layers, heads and sequences.
///
/// @param summariesScored key summaries read and scored
/// @param tokensRead tokens whose K and V were read
/// @param tokensSkipped tokens in the cache that were not read
public record ReadCounts(long summariesScored, long tokensRead, long tokensSkipped) {

    /// Share of the cache that was read.
    public double densityOfReads() {
        return (double) tokensRead / (tokensRead + tokensSkipped);
    }
}
