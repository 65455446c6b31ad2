package h2eal.mapping;

import java.util.Objects;

/// The owner of one byte of the KV cache.
///
/// @param index token position, or number of the key summary
public record CacheEntry(int layer, HeadId head, Kind kind, int index) {

    /// What is stored.
    public enum Kind {
        KEY,
        VALUE,
        SUMMARY
    }

    public CacheEntry {
        Objects.requireNonNull(head, "head");
        Objects.requireNonNull(kind, "kind");
    }
}
