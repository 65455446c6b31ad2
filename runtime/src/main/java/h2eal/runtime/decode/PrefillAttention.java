package h2eal.runtime.decode;

import h2eal.attention.HeadPattern;
import h2eal.runtime.cache.CacheShape;
import h2eal.runtime.cache.HeadCache;
import h2eal.runtime.cache.KvCache;
import h2eal.runtime.decode.QueryBlock.Reach;
import h2eal.runtime.page.PageKernels;
import h2eal.runtime.parallel.Workers;
import h2eal.selection.VerticalSlash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Causal attention of a batch of tokens, layer by layer: appends their keys and values, then lets blocks of queries go
/// over the cache together, so that a page is read once per block. Dense, except for heads whose cache keeps only sink
/// and window, and for heads whose queries look along [vertical and slash lines][VerticalSlash]. One sequence, one
/// thread at a time; the work is shared with the workers.
///
/// Lines are chosen batch by batch: tokens spread over the batch, the last one among them, attend to everything before
/// them, and what they attended to says where the others look. So what is remembered of the attention is a number per
/// sampled query and strip.
public final class PrefillAttention {

    /// Queries of a head that are sampled from a batch.
    private static final int SAMPLED_ROWS = 64;

    private final PageKernels kernels;
    private final CacheShape shape;
    private final KvCache cache;
    private final AttentionPlan plan;
    private final Workers workers;
    private final int group;
    /// Scratch, one per worker.
    private QueryBlock[] blocks = {};
    /// Lines of the heads of the layer in hand; none for heads that read densely.
    private final List<Optional<VerticalSlash>> lines;

    private final AtomicInteger next = new AtomicInteger();
    private final Workers.Job appending = this::append;
    private final Workers.Job sampling = this::sample;
    private final Workers.Job attending = this::attend;
    private int layer;
    private float[] queries;
    private float[] keys;
    private float[] values;
    private float[] out;
    private int batch;
    /// Tokens of the batch whose attention says where the others look.
    private final BitSet sampled = new BitSet();

    /// Keys that each token of the batch has attended to in each head, and pages that hold them.
    private int[] attendedTokens = {};

    private int[] attendedPages = {};

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
        lines = new ArrayList<>(Collections.nCopies(shape.kvHeads(), Optional.empty()));
    }

    /// Appends `batch` tokens to every head of `layer`; each attends to itself and all tokens before it, or to what the
    /// plan says.
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
        reserve();
        chooseSamples();
        workers.run(appending);
        next.set(0);
        workers.run(sampling);
        next.set(0);
        workers.run(attending);
    }

    private void reserve() {
        if (attendedTokens.length < batch * shape.kvHeads()) {
            attendedTokens = new int[batch * shape.kvHeads()];
            attendedPages = new int[batch * shape.kvHeads()];
        }
        int blockTokens = QueryBlock.mostTokens(group, batch * shape.kvHeads() * group, workers.count());
        if (blocks.length == 0 || blocks[0].mostTokens() < blockTokens) {
            blocks = new QueryBlock[workers.count()];
            float scoreCap = plan.model().scoreCap();
            Arrays.setAll(blocks, worker -> new QueryBlock(kernels, shape.layout(), group, blockTokens, scoreCap));
        }
    }

    /// Tells `counter` how much the queries of each token of the latest batch read of each head.
    public void count(StepCounter counter) {
        for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
            for (int token = 0; token < batch; token++) {
                int at = kvHead * batch + token;
                counter.add(firstPosition() + token + 1, 0, attendedTokens[at], attendedPages[at]);
            }
        }
    }

    /// Samples the last token, the first one and others at equal steps between them.
    private void chooseSamples() {
        int samples = Math.clamp(SAMPLED_ROWS / group, 1, batch);
        sampled.clear();
        sampled.set(batch - 1);
        for (int sample = 0; sample < samples - 1; sample++) {
            sampled.set(sample * (batch - 1) / (samples - 1));
        }
    }

    private void append(int worker, int count) {
        for (int kvHead = worker; kvHead < shape.kvHeads(); kvHead += count) {
            HeadCache head = cache.head(layer, kvHead);
            for (int token = 0; token < batch; token++) {
                head.append(keys, values, (token * shape.kvHeads() + kvHead) * shape.headSize());
            }
        }
    }

    /// Chooses the lines of every head that looks along lines, and finishes the sampled tokens.
    private void sample(int worker, int count) {
        for (int kvHead = next.getAndIncrement(); kvHead < shape.kvHeads(); kvHead = next.getAndIncrement()) {
            OptionalInt most = plan.verticalSlashTokens(layer, kvHead);
            boolean isSparse = most.isPresent()
                    && most.getAsInt() < cache.head(layer, kvHead).tokens();
            lines.set(
                    kvHead, isSparse ? Optional.of(lines(kvHead, most.getAsInt(), blocks[worker])) : Optional.empty());
        }
    }

    private VerticalSlash lines(int kvHead, int mostTokens, QueryBlock block) {
        load(block, kvHead, 0, batch, sampled::get);
        float[][] shares = block.attendToAll();
        finish(block, kvHead);
        int sinkTokens = plan.attention().retrieval().sinkTokens();
        return VerticalSlash.of(
                shares,
                IntStream.range(0, block.tokens()).map(block::strip).toArray(),
                Math.ceilDiv(sinkTokens, block.stripTokens()),
                mostTokens / block.stripTokens());
    }

    private void attend(int worker, int count) {
        QueryBlock block = blocks[worker];
        int blocksPerHead = Math.ceilDiv(batch, block.mostTokens());
        // the longest blocks first, so that no worker is left alone with one at the end
        for (int unit = next.getAndIncrement(); unit < blocksPerHead * shape.kvHeads(); unit = next.getAndIncrement()) {
            int kvHead = unit % shape.kvHeads();
            int first = (blocksPerHead - 1 - unit / shape.kvHeads()) * block.mostTokens();
            int last = Math.min(batch, first + block.mostTokens());
            if (lines.get(kvHead).isPresent()) {
                load(block, kvHead, first, last, token -> !sampled.get(token));
                attendAlong(lines.get(kvHead).get(), block);
            } else {
                load(block, kvHead, first, last, token -> true);
                attend(kvHead, block);
            }
            finish(block, kvHead);
        }
    }

    /// Lets tokens attend to the strips that their lines pass through.
    private static void attendAlong(VerticalSlash lines, QueryBlock block) {
        int tokens = block.tokens();
        for (int strip = 0; tokens > 0 && strip <= block.strip(tokens - 1); strip++) {
            int last;
            for (int first = 0; first < tokens; first = last + 1) {
                last = first;
                while (last < tokens && lines.reads(strip, block.strip(last))) {
                    last++;
                }
                if (last > first) {
                    block.attend(strip, Reach.EVERYTHING, first, last);
                }
            }
        }
    }

    /// Lets all tokens attend to all before them, or to what the plan says.
    private void attend(int kvHead, QueryBlock block) {
        Optional<HeadPattern.Streaming> ends =
                plan.prefillPattern(layer, kvHead, cache.head(layer, kvHead).keepsAll());
        if (ends.isEmpty()) {
            block.attend(Reach.EVERYTHING);
            return;
        }
        int sink = ends.get().sinkTokens();
        block.attend(new Reach(0, sink, 0));
        block.attend(new Reach(sink, Integer.MAX_VALUE, ends.get().windowTokens()));
    }

    private void load(QueryBlock block, int kvHead, int first, int last, IntPredicate wanted) {
        block.begin(cache.head(layer, kvHead), batch);
        for (int token = first; token < last; token++) {
            if (wanted.test(token)) {
                block.add(firstPosition() + token, queries, queriesAt(token, kvHead));
            }
        }
    }

    private void finish(QueryBlock block, int kvHead) {
        for (int i = 0; i < block.tokens(); i++) {
            int token = block.position(i) - firstPosition();
            block.finish(i, out, queriesAt(token, kvHead));
            attendedTokens[kvHead * batch + token] = block.attendedTokens(i);
            attendedPages[kvHead * batch + token] = block.attendedPages(i);
        }
    }

    /// Position of the batch's first token.
    private int firstPosition() {
        return cache.head(layer, 0).tokens() - batch;
    }

    /// Where the queries of a group start in arrays of the batch.
    private int queriesAt(int token, int kvHead) {
        return (token * shape.kvHeads() + kvHead) * group * shape.headSize();
    }
}
