package h2eal.runtime.decode;

import h2eal.attention.HeadPattern;
import h2eal.runtime.cache.CacheShape;
import h2eal.runtime.cache.HeadCache;
import h2eal.runtime.cache.KvCache;
import h2eal.runtime.kernel.Workers;
import h2eal.runtime.page.KvType;
import h2eal.runtime.page.PageKernels;
import h2eal.runtime.page.PageLayout;
import h2eal.runtime.page.QueryRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Causal attention of a batch of tokens, layer by layer: appends their keys and values, then lets blocks of queries go
/// over the pages together, so that a page is read once per block. Dense, except for heads whose cache keeps only sink
/// and window. One sequence, one thread at a time; the work is shared with the workers.
public final class PrefillAttention {

    /// Query rows of one block at most: their scratch stays in the first-level cache beside a page.
    private static final int BLOCK_ROWS = 64;

    /// Rows of a block from which on a page of halves is unpacked once for all of them, to the same bits.
    private static final int MANY_ROWS = 32;

    private final PageKernels kernels;
    private final CacheShape shape;
    private final KvCache cache;
    private final AttentionPlan plan;
    private final Workers workers;
    private final int group;
    private final int blockTokens;
    private final QueryRows[] scratch;
    private final Optional<Unpacked[]> unpacked;
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
        Arrays.setAll(scratch, worker -> rows(shape.layout()));
        unpacked = shape.layout().type().isPaired() ? Optional.of(unpacked()) : Optional.empty();
    }

    private QueryRows rows(PageLayout layout) {
        return kernels.rows(layout, blockTokens * group, plan.model().scoreCap());
    }

    private Unpacked[] unpacked() {
        PageLayout layout = shape.layout().as(KvType.F32);
        Unpacked[] pages = new Unpacked[workers.count()];
        Arrays.setAll(
                pages,
                worker ->
                        new Unpacked(rows(layout), Arena.ofAuto().allocate(layout.pageBytes(), PageLayout.ALIGNMENT)));
        return pages;
    }

    /// Scratch of one worker: rows that attend to a page of F32, and that page.
    private record Unpacked(QueryRows rows, MemorySegment page) {}

    /// Tokens of the batch that go over the pages of a head together.
    ///
    /// @param first position of the first token
    /// @param page where pages are unpacked to, if they are
    private record Block(HeadCache head, int first, int tokens, QueryRows rows, Optional<MemorySegment> page) {
        int last() {
            return first + tokens - 1;
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
            attendBlock(next % shape.kvHeads(), block * blockTokens, worker);
        }
    }

    private Block block(int kvHead, int firstToken, int worker) {
        HeadCache head = cache.head(layer, kvHead);
        int tokens = Math.min(blockTokens, batch - firstToken);
        int first = head.tokens() - batch + firstToken;
        if (unpacked.isPresent() && tokens * group >= MANY_ROWS) {
            Unpacked wide = unpacked.get()[worker];
            return new Block(head, first, tokens, wide.rows, Optional.of(wide.page));
        }
        return new Block(head, first, tokens, scratch[worker], Optional.empty());
    }

    private void attendBlock(int kvHead, int firstToken, int worker) {
        Block block = block(kvHead, firstToken, worker);
        QueryRows rows = block.rows;
        int headSize = shape.headSize();
        int queriesAt = (firstToken * shape.kvHeads() + kvHead) * group * headSize;
        int step = shape.kvHeads() * group * headSize;
        for (int row = 0; row < block.tokens * group; row++) {
            rows.load(row, queries, queriesAt + row / group * step + row % group * headSize);
        }
        int lastPosition = block.last();
        int sink = Integer.MAX_VALUE;
        int window = 0;
        Optional<HeadPattern.Streaming> ends = plan.prefillPattern(layer, kvHead, block.head.keepsAll());
        if (ends.isPresent()) {
            sink = ends.get().sinkTokens();
            window = ends.get().windowTokens();
        }
        int pageTokens = shape.geometry().pageTokens();
        Reach front = new Reach(0, sink, 0);
        for (int page = 0; page * pageTokens < front.to(lastPosition); page++) {
            attendPage(block, page, front);
        }
        if (sink <= lastPosition) {
            Reach recent = new Reach(sink, Integer.MAX_VALUE, window);
            for (int page = recent.from(block.first) / pageTokens; page * pageTokens <= lastPosition; page++) {
                attendPage(block, page, recent);
            }
        }
        for (int row = 0; row < block.tokens * group; row++) {
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

    private void attendPage(Block block, int page, Reach reach) {
        int pageTokens = shape.geometry().pageTokens();
        int start = page * pageTokens;
        QueryRows rows = block.rows;
        MemorySegment memory = block.head.memory(page);
        long at = block.head.pageAt(page);
        if (block.page.isPresent()) {
            kernels.unpack(shape.layout(), memory, at, rows.layout(), block.page.get());
            memory = block.page.get();
            at = 0;
        }
        if (reach.from(block.last()) <= start && reach.to(block.first) >= start + pageTokens) {
            rows.activate(0, block.tokens * group);
            kernels.attend(memory, at, 0, pageTokens, rows);
            return;
        }
        for (int token = 0; token < block.tokens; token++) {
            int from = Math.max(0, reach.from(block.first + token) - start);
            int to = Math.min(pageTokens, reach.to(block.first + token) - start);
            if (from < to) {
                rows.activate(token * group, (token + 1) * group);
                kernels.attend(memory, at, from, to, rows);
            }
        }
    }
}
