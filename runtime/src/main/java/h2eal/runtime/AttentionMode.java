package h2eal.runtime;

import h2eal.attention.HeadMap;
import h2eal.attention.HybridAttention;
import java.util.Objects;
import java.util.Optional;

/// How decode steps of one session read the KV cache. Prefill is always dense.
public sealed interface AttentionMode {

    /// Every head reads every token: the baseline.
    record Dense() implements AttentionMode {}

    /// Streaming heads read sink and window, retrieval heads the pages their queries score highest.
    ///
    /// @param attention what each kind of head reads
    /// @param heads which head is which; when empty, every head is a retrieval head
    record Hybrid(HybridAttention attention, Optional<HeadMap> heads) implements AttentionMode {
        public Hybrid {
            Objects.requireNonNull(attention, "attention");
            Objects.requireNonNull(heads, "heads");
        }
    }
}
