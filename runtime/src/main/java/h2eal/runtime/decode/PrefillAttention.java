package h2eal.runtime.decode;

import h2eal.attention.HeadPattern;
import h2eal.runtime.cache.CacheShape;
import h2eal.runtime.cache.HeadCache;
import h2eal.runtime.cache.KvCache;
import h2eal.runtime.kernel.Workers;
import h2eal.runtime.page.PageKernels;
import h2eal.runtime.page.QueryRows;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Causal attention of a batch of tokens, layer by layer: appends their keys and values, then lets blocks of queries go
/// over the pages together, so that a page is read once per block. Dense, except for heads whose cache keeps only sink
/// and window. One sequence, one thread at a time; the work is shared with the workers.
public final class PrefillAttention {

    /// Query rows of one block at most: their scratch stays in the first-level cache beside a page.
    private static final int BLOCK_ROWS = 64;

    private final PageKernels kernels;
    private final CacheShape shape;
    private final KvCache cache;
    private final AttentionPlan plan;
    private final Workers workers;
    private final int group;
    private final int blockTokens;
    private final QueryRows[] scratch;
    private final AtomicInteger nextBlock = new AtomicInteger();
    private final Workers.Job appending = this::append;
    private final Workers.Job attending = this::attend;
    private int layer;
    private float[] queries;
    private float[] keys;
    private float[] values;
    private float[] out;
    private int batch;

    /// Attention over `cache` for a model of `queryHeads` query heads per layer.
    public PrefillAttention(PageKernels kernels, Workers workers, KvCache cache, AttentionPlan plan, int queryHeads) {
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        this.cache = Objects.requireNonNull(cache, "cache");
        this.plan = Objects.requireNonNull(plan, "plan");
        this.workers = Objects.requireNonNull(workers, "workers");
        shape = cache.shape();
        if (queryHeads < 1 || queryHeads % shape.kvHeads() != 0) {
            throw new IllegalArgumentException(
                    "queryHeads must be a multiple of %d KV heads: %d".formatted(shape.kvHeads(), queryHeads));
        }
        group = queryHeads / shape.kvHeads();
        blockTokens = Math.max(1, BLOCK_ROWS / group);
        scratch = new QueryRows[workers.count()];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = kernels.rows(
                    shape.layout(), blockTokens * group, plan.model().scoreCap());
        }
    }

    /// Appends `batch` tokens to every head of `layer`; each attends to itself and all tokens before it.
    ///
    /// @param queries `[batch][queryHeads][headSize]`, after RoPE; query heads of a group are adjacent
    /// @param keys `[batch][kvHeads][headSize]`, after RoPE
    /// @param values `[batch][kvHeads][headSize]`
    /// @param out `[batch][queryHeads][headSize]`, written
    public void batch(int layer, float[] queries, float[] keys, float[] values, float[] out, int batch) {
        this.layer = layer;
        this.queries = queries;
        this.keys = keys;
        this.values = values;
        this.out = out;
        this.batch = batch;
        workers.run(appending);
        nextBlock.set(0);
        workers.run(attending);
    }

    private void append(int worker, int count) {
        for (int kvHead = worker; kvHead < shape.kvHeads(); kvHead += count) {
            HeadCache head = cache.head(layer, kvHead);
            for (int token = 0; token < batch; token++) {
                head.append(keys, values, (token * shape.kvHeads() + kvHead) * shape.headSize());
            }
        }
    }

    private void attend(int worker, int count) {
        int blocks = Math.ceilDiv(batch, blockTokens);
        // the longest blocks first, so that no worker is left alone with one at the end
        for (int next = nextBlock.getAndIncrement();
                next < blocks * shape.kvHeads();
                next = nextBlock.getAndIncrement()) {
            int block = blocks - 1 - next / shape.kvHeads();
            attendBlock(next % shape.kvHeads(), block * blockTokens, scratch[worker]);
        }
    }

    private void attendBlock(int kvHead, int firstToken, QueryRows rows) {
        HeadCache head = cache.head(layer, kvHead);
        int tokens = Math.min(blockTokens, batch - firstToken);
        int firstPosition = head.tokens() - batch + firstToken;
        int headSize = shape.headSize();
        int queriesAt = (firstToken * shape.kvHeads() + kvHead) * group * headSize;
        int step = shape.kvHeads() * group * headSize;
        for (int row = 0; row < tokens * group; row++) {
            rows.load(row, queries, queriesAt + row / group * step + row % group * headSize);
        }
        int lastPosition = firstPosition + tokens - 1;
        int sink = Integer.MAX_VALUE;
        int window = 0;
        Optional<HeadPattern.Streaming> ends = plan.prefillPattern(layer, kvHead, head.keepsAll());
        if (ends.isPresent()) {
            sink = ends.get().sinkTokens();
            window = ends.get().windowTokens();
        }
        int pageTokens = shape.geometry().pageTokens();
        Reach front = new Reach(0, sink, 0);
        for (int page = 0; page * pageTokens < front.to(lastPosition); page++) {
            attendPage(head, page, front, firstPosition, tokens, rows);
        }
        if (sink <= lastPosition) {
            Reach recent = new Reach(sink, Integer.MAX_VALUE, window);
            for (int page = recent.from(firstPosition) / pageTokens; page * pageTokens <= lastPosition; page++) {
                attendPage(head, page, recent, firstPosition, tokens, rows);
            }
        }
        for (int row = 0; row < tokens * group; row++) {
            rows.finish(row, out, queriesAt + row / group * step + row % group * headSize);
        }
    }

    /// Tokens that a query sees, by its position; both ends grow with the position.
    ///
    /// @param least first token at least
    /// @param end token after the last at most
    /// @param window tokens seen up to the query's own; 0 for all
    private record Reach(int least, int end, int window) {
        int from(int position) {
            return window == 0 ? least : Math.max(least, position - window + 1);
        }

        int to(int position) {
            return Math.min(end, position + 1);
        }
    }

    private void attendPage(HeadCache head, int page, Reach reach, int firstPosition, int tokens, QueryRows rows) {
        int pageTokens = shape.geometry().pageTokens();
        int start = page * pageTokens;
        if (reach.from(firstPosition + tokens - 1) <= start && reach.to(firstPosition) >= start + pageTokens) {
            rows.activate(0, tokens * group);
            kernels.attend(head.memory(page), head.pageAt(page), 0, pageTokens, rows);
            return;
        }
        for (int token = 0; token < tokens; token++) {
            int from = Math.max(0, reach.from(firstPosition + token) - start);
            int to = Math.min(pageTokens, reach.to(firstPosition + token) - start);
            if (from < to) {
                rows.activate(token * group, (token + 1) * group);
                kernels.attend(head.memory(page), head.pageAt(page), from, to, rows);
            }
        }
    }
}
