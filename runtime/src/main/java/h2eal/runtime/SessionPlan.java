package h2eal.runtime;

import h2eal.attention.HeadMap;
import h2eal.model.ModelShape;
import h2eal.model.Precision;
import h2eal.runtime.cache.CacheShape;
import h2eal.runtime.cache.KvCache;
import h2eal.runtime.decode.AttentionPlan;
import h2eal.runtime.page.KvType;
import java.util.List;
import java.util.Objects;

/// What a session's options mean for one model.
///
/// @param attention what every head reads
/// @param cache what the cache is for
/// @param forgetful whether streaming heads keep nothing but sink and window
/// @param batchTokens most tokens of one prefill batch
record SessionPlan(AttentionPlan attention, CacheShape cache, boolean forgetful, int batchTokens) {

    /// Tokens of a batch that ends soon.
    private static final int FEW_TOKENS = 128;
    /// Scores of one head in a batch of more.
    private static final int MOST_SCORES = 8 << 20;

    SessionPlan {
        Objects.requireNonNull(attention, "attention");
        Objects.requireNonNull(cache, "cache");
    }

    /// The plan of a session over `engine`.
    ///
    /// @throws IllegalArgumentException if the options do not fit the model
    static SessionPlan of(Engine engine, SessionOptions options) {
        ModelShape shape = engine.shape();
        AttentionPlan attention = attention(options.attention(), shape).with(engine.modelAttention());
        CacheShape cache = new CacheShape(
                shape.layers(),
                shape.kvHeads(),
                shape.headSize(),
                kvType(options.kv()),
                attention.attention().geometry(),
                contextLimit(options, shape));
        return new SessionPlan(
                attention, cache, options.forgetful(), engine.forward().maxBatch());
    }

    /// Tokens of the prefill batch that begins at `position`: few where lines are searched batch by batch, and few far
    /// into a context, where attention takes most of the time and whoever watches or interrupts waits for a batch to
    /// end.
    int batchAt(int position) {
        boolean searchesLines = attention.attention().verticalSlashTokens().isPresent();
        int batch = searchesLines ? FEW_TOKENS : Math.max(FEW_TOKENS, MOST_SCORES / (position + 1));
        return Math.min(batchTokens, batch);
    }

    /// What must be the same for a cache to go from one session to another, one line each.
    List<String> setting(String modelFingerprint) {
        return List.of(
                "model: " + modelFingerprint,
                "kv: %s".formatted(cache.type()),
                "attention: %s".formatted(attention.attention()),
                "retrieval heads: " + attention.heads().map(SessionPlan::text).orElse("all"),
                "forgetful: %s".formatted(forgetful));
    }

    private static String text(HeadMap heads) {
        StringBuilder rows = new StringBuilder();
        for (int layer = 0; layer < heads.layers(); layer++) {
            rows.append(layer == 0 ? "" : " ");
            for (int head = 0; head < heads.kvHeads(); head++) {
                rows.append(heads.isRetrieval(layer, head) ? '1' : '0');
            }
        }
        return rows.toString();
    }

    /// A cache that keeps what the plan needs.
    KvCache emptyCache() {
        return new KvCache(
                cache,
                (layer, kvHead) -> forgetful
                        ? attention.leastRetention(layer, kvHead, batchTokens)
                        : attention.retention(layer, kvHead));
    }

    private static AttentionPlan attention(AttentionMode mode, ModelShape shape) {
        return switch (mode) {
            case AttentionMode.Dense dense -> AttentionPlan.dense(dense.geometry());
            case AttentionMode.Hybrid hybrid -> {
                hybrid.heads().ifPresent(heads -> requireFit(heads, shape));
                yield new AttentionPlan(hybrid.attention(), hybrid.heads());
            }
        };
    }

    private static void requireFit(HeadMap heads, ModelShape shape) {
        if (heads.layers() != shape.layers() || heads.kvHeads() != shape.kvHeads()) {
            throw new IllegalArgumentException("the head map has %d layers of %d KV heads, %s has %d of %d"
                    .formatted(heads.layers(), heads.kvHeads(), shape.name(), shape.layers(), shape.kvHeads()));
        }
    }

    private static KvType kvType(Precision precision) {
        return switch (precision) {
            case F32 -> KvType.F32;
            case F16 -> KvType.F16;
            case BF16 -> KvType.BF16;
            case INT8 -> KvType.Q8;
            case INT4 -> KvType.Q4;
        };
    }

    private static int contextLimit(SessionOptions options, ModelShape shape) {
        int limit = options.contextTokens().orElse(shape.maxContext());
        if (limit > shape.maxContext() && !options.beyondTraining()) {
            throw new IllegalArgumentException("a context of %d tokens exceeds the %d that %s was trained for"
                    .formatted(limit, shape.maxContext(), shape.name()));
        }
        return limit;
    }
}
