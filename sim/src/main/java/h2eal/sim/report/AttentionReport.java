package h2eal.sim.report;

import h2eal.workload.ReadCounts;
import java.util.List;
import java.util.Objects;

/// What the attention of one decode step costs, all layers, without what lies between them.
///
/// @param batch sequences that decode together
/// @param contextTokens tokens in the longest cache, the current one included
/// @param cost cycles, bytes and energy
/// @param phases every phase that occurred, in order
/// @param reads what was read of the cache, and what was skipped
public record AttentionReport(
        int batch, int contextTokens, CostReport cost, List<PhaseReport> phases, ReadCounts reads) {

    public AttentionReport {
        Objects.requireNonNull(cost, "cost");
        phases = List.copyOf(phases);
        Objects.requireNonNull(reads, "reads");
    }
}
