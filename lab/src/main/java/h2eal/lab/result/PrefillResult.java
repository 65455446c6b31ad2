package h2eal.lab.result;

import h2eal.lab.result.SimulationResult.Cost;
import h2eal.sim.report.PrefillReport;

/// What reading a prompt costs, from its first token to the first new one: an estimate, with dense attention.
///
/// @param chunkTokens tokens that attend together
public record PrefillResult(int tokens, int chunkTokens, Cost attention, Cost endToEnd, double tokensPerSecond) {

    /// The result of a report.
    public static PrefillResult of(PrefillReport report) {
        return new PrefillResult(
                report.tokens(),
                report.chunkTokens(),
                Cost.of(report.attention()),
                Cost.of(report.endToEnd()),
                report.tokensPerSecond());
    }
}
