package h2eal.runtime.cache;

import h2eal.attention.PageGeometry;
import h2eal.runtime.page.KvType;
import h2eal.runtime.page.PageLayout;
import java.util.Objects;

/// What a KV cache is for: the model's heads, how their numbers are stored, and for how many tokens.
///
/// @param layers transformer blocks
/// @param kvHeads KV heads per layer
/// @param headSize numbers of one key or value
/// @param type how a number is stored
/// @param geometry page and summary sizes
/// @param capacityTokens tokens a head may hold; memory is taken only as tokens arrive
public record CacheShape(
        int layers, int kvHeads, int headSize, KvType type, PageGeometry geometry, int capacityTokens) {

    public CacheShape {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(geometry, "geometry");
        if (layers < 1 || kvHeads < 1 || headSize < 1 || capacityTokens < 1) {
            throw new IllegalArgumentException(
                    "layers, kvHeads, headSize and capacityTokens must be positive: %d, %d, %d, %d"
                            .formatted(layers, kvHeads, headSize, capacityTokens));
        }
    }

    /// Layout of one page of one head.
    public PageLayout layout() {
        return new PageLayout(type, headSize, geometry.pageTokens());
    }

    /// Bytes of the pages of `tokens` tokens in every head: what a full cache occupies beside its key summaries.
    public long pageBytes(int tokens) {
        return (long) layers * kvHeads * geometry.pages(tokens) * layout().pageBytes();
    }
}
