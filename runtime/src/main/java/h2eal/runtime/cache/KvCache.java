package h2eal.runtime.cache;

import java.util.Objects;
import java.util.function.BiFunction;

/// The paged KV cache of one sequence: one page table per KV head over shared off-heap memory that is taken as tokens
/// arrive. Pages are never moved, and a page table is all that ties a page to a sequence.
public final class KvCache implements AutoCloseable {

    private static final long LEAST_CHUNK_BYTES = 2 << 20;
    private static final long MOST_CHUNK_BYTES = 64 << 20;

    private final CacheShape shape;
    private final PageMemory memory;
    private final HeadCache[] heads;

    /// An empty cache.
    ///
    /// @param retention what is kept of the head of a (layer, KV head)
    public KvCache(CacheShape shape, BiFunction<Integer, Integer, Retention> retention) {
        this.shape = Objects.requireNonNull(shape, "shape");
        long sixteenth = shape.pageBytes(shape.capacityTokens()) / 16;
        memory = new PageMemory(Math.clamp(sixteenth, LEAST_CHUNK_BYTES, MOST_CHUNK_BYTES));
        heads = new HeadCache[shape.layers() * shape.kvHeads()];
        for (int i = 0; i < heads.length; i++) {
            heads[i] = new HeadCache(shape, retention.apply(i / shape.kvHeads(), i % shape.kvHeads()), memory);
        }
    }

    /// An empty cache that keeps everything and no key summaries: for dense attention.
    public KvCache(CacheShape shape) {
        this(shape, (layer, kvHead) -> Retention.everything());
    }

    /// What the cache is for.
    public CacheShape shape() {
        return shape;
    }

    /// The cache of one head.
    public HeadCache head(int layer, int kvHead) {
        Objects.checkIndex(layer, shape.layers());
        Objects.checkIndex(kvHead, shape.kvHeads());
        return heads[layer * shape.kvHeads() + kvHead];
    }

    /// Tokens that every head has taken in.
    public int tokens() {
        return heads[heads.length - 1].tokens();
    }

    /// Bytes of pages and summaries in use.
    public long usedBytes() {
        return memory.handedOutBytes();
    }

    /// Forgets the tokens from `tokens` on in every head; see [HeadCache#truncate].
    public void truncate(int tokens) {
        for (HeadCache head : heads) {
            head.truncate(Math.min(tokens, head.tokens()));
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
