package h2eal.workload;

import h2eal.attention.HeadRead;
import java.util.List;

/// What every KV head of one sequence read in one decode step.
///
/// @param contextTokens tokens in the cache, the current one included
/// @param reads one list per layer, one read per KV head
public record StepReads(int contextTokens, List<List<HeadRead>> reads) {

    public StepReads {
        if (contextTokens < 1) {
            throw new IllegalArgumentException("a decode step has a context: " + contextTokens);
        }
        reads = reads.stream().map(List::copyOf).toList();
    }

    /// The read of one head.
    public HeadRead read(int layer, int kvHead) {
        return reads.get(layer).get(kvHead);
    }
}
