package h2eal.mapping;

import java.util.List;
import java.util.Objects;

/// Everything that must be stored: the input of a [Placement].
///
/// @param capacityTokens tokens each sequence may grow to, prompt and generation
/// @param layers every head of every sequence, layer by layer
/// @param firstRow first row of every bank that the cache may use; weights lie below
public record CachePlan(KvFormat format, List<Integer> capacityTokens, List<List<StoredHead>> layers, int firstRow) {

    public CachePlan {
        Objects.requireNonNull(format, "format");
        capacityTokens = List.copyOf(capacityTokens);
        layers = layers.stream().map(List::copyOf).toList();
        for (int capacity : capacityTokens) {
            if (capacity < 1) {
                throw new IllegalArgumentException("capacityTokens must be positive: " + capacityTokens);
            }
        }
        if (firstRow < 0) {
            throw new IllegalArgumentException("firstRow must not be negative: " + firstRow);
        }
        for (List<StoredHead> layer : layers) {
            for (StoredHead stored : layer) {
                if (stored.head().sequence() < 0 || stored.head().sequence() >= capacityTokens.size()) {
                    throw new IllegalArgumentException(
                            "%s is not one of the %d sequences".formatted(stored.head(), capacityTokens.size()));
                }
            }
        }
    }

    /// Tokens that `stored` keeps when its sequence is full.
    public int storedTokens(StoredHead stored) {
        return stored.storedTokens(capacityTokens.get(stored.head().sequence()));
    }

    /// Key summaries that `stored` keeps when its sequence is full.
    public int storedSummaries(StoredHead stored) {
        return stored.keepsSummaries()
                ? format.geometry().summaries(capacityTokens.get(stored.head().sequence()))
                : 0;
    }
}
