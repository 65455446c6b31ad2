package h2eal.workload;

import h2eal.attention.HeadRead;

/// Receives what every KV head read, in order of step, layer and head. Called by the runtime while it decodes.
@FunctionalInterface
public interface ReadSink {

    /// Keeps nothing.
    ReadSink NONE = (step, contextTokens, layer, kvHead, read) -> {};

    /// Accepts one head's read of one decode step.
    ///
    /// @param step decode step, from 0
    /// @param contextTokens tokens in the cache, the current one included
    void accept(int step, int contextTokens, int layer, int kvHead, HeadRead read);
}
