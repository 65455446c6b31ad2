package h2eal.sim.report;

import h2eal.workload.ReadCounts;
import java.util.List;
import java.util.Objects;

/// What one decode step costs on one accelerator, attention alone and end to end.
///
/// @param batch sequences that decode together
/// @param contextTokens tokens in the longest cache, the current one included
/// @param attention from the broadcast of the queries to the merged partials, all layers
/// @param endToEnd the whole step
/// @param phases every phase that occurred, in order
/// @param reads what was read of the cache, and what was skipped
/// @param capacity whether it fits
public record StepReport(
        int batch,
        int contextTokens,
        CostReport attention,
        CostReport endToEnd,
        List<PhaseReport> phases,
        ReadCounts reads,
        CapacityReport capacity) {

    public StepReport {
        Objects.requireNonNull(attention, "attention");
        Objects.requireNonNull(endToEnd, "endToEnd");
        phases = List.copyOf(phases);
        Objects.requireNonNull(reads, "reads");
        Objects.requireNonNull(capacity, "capacity");
    }
}
