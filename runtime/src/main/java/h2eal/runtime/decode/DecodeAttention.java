package h2eal.runtime.decode;

import h2eal.runtime.cache.CacheShape;
import h2eal.runtime.cache.HeadCache;
import h2eal.runtime.cache.KvCache;
import h2eal.runtime.page.PageKernels;
import h2eal.runtime.page.QueryRows;
import h2eal.runtime.parallel.Workers;
import h2eal.selection.ReusedSelection;
import h2eal.selection.SelectionPolicy;
import h2eal.workload.ReadSink;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/// Attention of one decode step, layer by layer: appends the current token's keys and values, lets the policy choose
/// what every KV head reads, and reads it. Dense attention is the same path with everything chosen. One sequence, one
/// thread at a time; the work is shared with the workers.
public final class DecodeAttention {

    private final CacheShape shape;
    private final KvCache cache;
    private final Workers workers;
    private final int group;
    private final HeadReader[] readers;
    private final QueryRows[] scratch;
    private final AtomicInteger nextHead = new AtomicInteger();
    private final AtomicInteger nextUnit = new AtomicInteger();
    private final Workers.Job choosing = this::choose;
    private final Workers.Job attending = this::attend;
    private int layer;
    private float[] queries;
    private float[] keys;
    private float[] values;
    /// Token of the batch that the arrays hold.
    private int token;

    /// Attention over `cache` for a model of `queryHeads` query heads per layer.
    ///
    /// @throws IllegalArgumentException if query heads do not divide into groups, or the plan is for other pages
    public DecodeAttention(PageKernels kernels, Workers workers, KvCache cache, AttentionPlan plan, int queryHeads) {
        this.cache = Objects.requireNonNull(cache, "cache");
        this.workers = Objects.requireNonNull(workers, "workers");
        shape = cache.shape();
        if (queryHeads < 1 || queryHeads % shape.kvHeads() != 0) {
            throw new IllegalArgumentException(
                    "queryHeads must be a multiple of %d KV heads: %d".formatted(shape.kvHeads(), queryHeads));
        }
        if (!plan.attention().geometry().equals(shape.geometry())) {
            throw new IllegalArgumentException("the plan reads pages of %s, the cache keeps %s"
                    .formatted(plan.attention().geometry(), shape.geometry()));
        }
        group = queryHeads / shape.kvHeads();
        SelectionPolicy policy = new SelectionPolicy(plan.attention(), group, shape.headSize());
        readers = new HeadReader[shape.layers() * shape.kvHeads()];
        for (int i = 0; i < readers.length; i++) {
            int layerOf = i / shape.kvHeads();
            int kvHead = i % shape.kvHeads();
            QueryRows rows = kernels.rows(shape.layout(), group, plan.model().scoreCap());
            HeadCache head = cache.head(layerOf, kvHead);
            readers[i] = new HeadReader(kernels, policy, plan.pattern(layerOf, kvHead), head, rows);
        }
        scratch = new QueryRows[workers.count()];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = kernels.rows(shape.layout(), group, plan.model().scoreCap());
        }
    }

    /// Appends one token to every head of `layer` and attends to what the plan reads.
    ///
    /// @param queries `[queryHeads][headSize]`, after RoPE; query heads of a group are adjacent
    /// @param keys `[kvHeads][headSize]`, after RoPE
    /// @param values `[kvHeads][headSize]`
    /// @param out `[queryHeads][headSize]`, written
    public void step(int layer, float[] queries, float[] keys, float[] values, float[] out) {
        step(layer, 0, queries, keys, values, out);
    }

    /// [#step(int, float[], float[], float[], float[])] for token `token` of a batch: the arrays hold one token after
    /// another.
    public void step(int layer, int token, float[] queries, float[] keys, float[] values, float[] out) {
        this.layer = layer;
        this.token = token;
        this.queries = queries;
        this.keys = keys;
        this.values = values;
        nextHead.set(0);
        workers.run(choosing);
        nextUnit.set(0);
        workers.run(attending);
        for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
            reader(kvHead).finish(out, at(kvHead) * group);
        }
    }

    /// Tells `sink` what every head of `layer` read in its latest step.
    ///
    /// @param step decode step, from 0
    public void report(int step, int layer, ReadSink sink) {
        for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
            int tokens = cache.head(layer, kvHead).tokens();
            sink.accept(
                    step,
                    tokens,
                    layer,
                    kvHead,
                    readers[layer * shape.kvHeads() + kvHead].selection().read());
        }
    }

    /// What a head of `layer` selected in its latest step.
    public ReusedSelection selection(int layer, int kvHead) {
        return readers[layer * shape.kvHeads() + kvHead].selection();
    }

    /// Tells `counter` how much every head of `layer` read in its latest step.
    public void count(int layer, StepCounter counter) {
        for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
            readers[layer * shape.kvHeads() + kvHead].count(counter);
        }
    }

    /// Forgets earlier selections: the next step starts another sequence or continues after a cut.
    public void reset() {
        for (HeadReader reader : readers) {
            reader.reset();
        }
    }

    /// Where the keys and values of a head start in arrays of a batch.
    private int at(int kvHead) {
        return (token * shape.kvHeads() + kvHead) * shape.headSize();
    }

    private HeadReader reader(int kvHead) {
        return readers[layer * shape.kvHeads() + kvHead];
    }

    /// Heads differ in what choosing costs them, often every other one, so they are not dealt in turn.
    private void choose(int worker, int count) {
        for (int kvHead = nextHead.getAndIncrement(); kvHead < shape.kvHeads(); kvHead = nextHead.getAndIncrement()) {
            cache.head(layer, kvHead).append(keys, values, at(kvHead));
            reader(kvHead).choose(queries, at(kvHead) * group);
        }
    }

    private void attend(int worker, int count) {
        int unit = nextUnit.getAndIncrement();
        int first = 0;
        for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
            int units = reader(kvHead).units();
            for (; unit < first + units; unit = nextUnit.getAndIncrement()) {
                reader(kvHead).attend(unit - first, scratch[worker]);
            }
            first += units;
        }
    }
}
