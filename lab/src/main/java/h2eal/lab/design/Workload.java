package h2eal.lab.design;

import h2eal.lab.trace.TraceInput;
import h2eal.workload.PagePopularity;
import java.util.Objects;
import java.util.Optional;

/// The `workload:` block of an experiment: which decode steps are simulated.
///
/// @param contextTokens tokens in the cache in the first step, the current one included
/// @param batch sequences that decode together
/// @param steps decode steps; results are their mean
/// @param seed seed of everything drawn
/// @param popularity which pages the queries like, where no trace says what was read
/// @param trace file that says what was read, if the workload is a real run
public record Workload(
        int contextTokens, int batch, int steps, long seed, PagePopularity popularity, Optional<TraceInput> trace) {

    public Workload {
        Objects.requireNonNull(popularity, "popularity");
        Objects.requireNonNull(trace, "trace");
        if (contextTokens < 1 || batch < 1 || steps < 1) {
            throw new IllegalArgumentException(
                    "context, batch and steps must be at least 1: %d, %d, %d".formatted(contextTokens, batch, steps));
        }
    }
}
