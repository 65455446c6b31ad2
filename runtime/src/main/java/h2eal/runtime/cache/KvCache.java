package h2eal.runtime.cache;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/// The paged KV cache of one sequence: one page table per KV head over shared off-heap memory that is taken as tokens
/// arrive. Pages are never moved, and a page table is all that ties a page to a sequence.
public final class KvCache implements AutoCloseable {

    private static final long LEAST_CHUNK_BYTES = 2 << 20;
    private static final long MOST_CHUNK_BYTES = 64 << 20;

    private final CacheShape shape;
    private final PageMemory memory;
    private final HeadCache[] heads;
    private boolean closed;

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

    private KvCache(KvCache origin) {
        shape = origin.shape;
        memory = origin.memory.fork();
        heads = new HeadCache[origin.heads.length];
        for (int i = 0; i < heads.length; i++) {
            heads[i] = origin.heads[i].fork(memory);
        }
    }

    /// A cache that begins with the tokens of this one and shares their pages: both may grow, cut and be closed on
    /// their own, since a shared page is copied before either writes to it.
    public KvCache fork() {
        return new KvCache(this);
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

    /// All heads, layer by layer.
    Stream<HeadCache> heads() {
        return Arrays.stream(heads);
    }

    /// Tokens that every head has taken in.
    public int tokens() {
        return heads[heads.length - 1].tokens();
    }

    /// Bytes of pages and summaries that this cache took; those it shares with the cache it was forked from count
    /// there.
    public long usedBytes() {
        return memory.handedOutBytes();
    }

    /// Says that `tokens` tokens are going to be appended to every head, so that their pages are taken in longer runs.
    public void announce(int tokens) {
        for (HeadCache head : heads) {
            head.announce(tokens);
        }
    }

    /// Appends everything that `other` holds, head by head: one prefill serves sessions of different pages, summaries
    /// and retention. Keys and values are taken as they are stored there.
    ///
    /// @throws IllegalArgumentException if the shapes differ, or `other` has forgotten tokens
    public void append(KvCache other) {
        CacheShape from = other.shape;
        if (from.layers() != shape.layers()
                || from.kvHeads() != shape.kvHeads()
                || from.headSize() != shape.headSize()) {
            throw new IllegalArgumentException("caches of different shapes: %s, %s".formatted(from, shape));
        }
        for (int i = 0; i < heads.length; i++) {
            heads[i].append(other.heads[i]);
        }
    }

    /// Forgets the tokens from `tokens` on in every head; see [HeadCache#truncate].
    public void truncate(int tokens) {
        for (HeadCache head : heads) {
            head.truncate(Math.min(tokens, head.tokens()));
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            memory.close();
        }
    }
}
