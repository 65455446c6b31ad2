package h2eal.runtime;

import h2eal.attention.HeadMap;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import java.util.Objects;
import java.util.Optional;

/// How decode steps of one session read the KV cache.
public sealed interface AttentionMode {

    /// Every head reads every token: the baseline.
    ///
    /// @param geometry sizes of the pages; the same pages as a hybrid session make the results equal to the last bit
    record Dense(PageGeometry geometry) implements AttentionMode {

        private static final PageGeometry USUAL = new PageGeometry(64, 16);

        public Dense {
            Objects.requireNonNull(geometry, "geometry");
        }

        /// Reads pages of 64 tokens.
        public Dense() {
            this(USUAL);
        }
    }

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
