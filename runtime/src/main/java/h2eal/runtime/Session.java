package h2eal.runtime;

import h2eal.attention.TokenSet;
import h2eal.model.ModelShape;
import h2eal.runtime.cache.KvCache;
import h2eal.runtime.cache.SavedCache;
import h2eal.runtime.decode.AttentionPlan;
import h2eal.runtime.decode.DecodeAttention;
import h2eal.runtime.decode.ExactWeights;
import h2eal.runtime.decode.PrefillAttention;
import h2eal.runtime.llama.ForwardPass;
import h2eal.runtime.llama.LayerAttention;
import h2eal.runtime.page.SummaryLayout;
import h2eal.runtime.text.Sampler;
import h2eal.runtime.text.Tokenizer;
import h2eal.selection.ReusedSelection;
import h2eal.workload.ReadCounts;
import h2eal.workload.ReadSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// One growing context over a model. For one thread at a time.
public final class Session implements AutoCloseable {

    /// Receives the logits of each position of a prefill.
    @FunctionalInterface
    public interface LogitsSink {
        /// Accepts the logits that follow token `index` of the tokens being read; `logits` is reused afterwards.
        void accept(int index, float[] logits);
    }

    /// Receives the exact attention weights of one decode step, head by head: what classifies heads.
    @FunctionalInterface
    public interface WeightSink {
        /// Accepts the weights of one query head: softmax weights of the `tokens` tokens in the cache, which sum to 1;
        /// `weights` is reused afterwards.
        void accept(int layer, int queryHead, float[] weights, int tokens);
    }

    /// Receives what attention mass the heads with a [mass target][h2eal.attention.Budget.MassTarget] dropped in a
    /// step.
    @FunctionalInterface
    public interface MassSink {
        /// Accepts the dropped share of one KV head: as estimated once its pages were read, and as it was; both are
        /// means over its query heads.
        void accept(int layer, int kvHead, double estimated, double dropped);
    }

    private final Engine engine;
    private final SessionPlan plan;
    private final ModelShape shape;
    private final Tokenizer tokenizer;
    private final ForwardPass forward;
    private final KvCache cache;
    private final PrefillAttention prefillAttention;
    private final DecodeAttention decodeAttention;
    private final LayerAttention prefilling;
    private final LayerAttention decoding;
    private final ReadCounter counter;
    private final ReadCounter prefillCounter;
    private final float[] logits;
    private final int[] oneToken = new int[1];
    /// The tokens in the cache, and room for more.
    private int[] history = {};
    private int prefillTokens;
    private long prefillNanoseconds;
    private int decodeTokens;
    private long decodeNanoseconds;
    private double estimatedDrops;
    private long estimates;

    Session(Engine engine, SessionOptions options) {
        this(engine, SessionPlan.of(engine, options));
    }

    private Session(Engine engine, SessionPlan plan) {
        this(engine, plan, plan.emptyCache());
    }

    private Session(Engine engine, SessionPlan plan, KvCache cache) {
        this.engine = engine;
        this.plan = plan;
        this.cache = cache;
        shape = engine.shape();
        tokenizer = engine.tokenizer();
        forward = engine.forward();
        AttentionPlan attention = plan.attention();
        prefillAttention =
                new PrefillAttention(engine.pageKernels(), engine.workers(), cache, attention, shape.queryHeads());
        decodeAttention =
                new DecodeAttention(engine.pageKernels(), engine.workers(), cache, attention, shape.queryHeads());
        prefilling = this::prefillLayer;
        decoding =
                (layer, queries, keys, values, out, batch) -> decodeAttention.step(layer, queries, keys, values, out);
        SummaryLayout summaries = new SummaryLayout(
                attention.attention().score(),
                shape.headSize(),
                attention.attention().summaryPrecision());
        counter = new ReadCounter(plan.cache(), summaries.summaryBytes());
        prefillCounter = new ReadCounter(plan.cache(), summaries.summaryBytes());
        logits = new float[shape.vocabulary()];
    }

    /// A session that begins where this one stands. Both share the pages of their common tokens and copy one only
    /// before they write to it, so a fork costs about a page per head. Either may go on, be cut and be closed without
    /// the other noticing. Both choose afresh what they read at their next step, as after a prefill.
    public Session fork() {
        Session fork = new Session(engine, plan, cache.fork());
        System.arraycopy(logits, 0, fork.logits, 0, logits.length);
        fork.history = Arrays.copyOf(history, contextTokens());
        decodeAttention.reset();
        return fork;
    }

    /// Forgets the tokens from `tokens` on, as if they had never been appended; [#logits] are those of no token until
    /// the next one. With a cache that is not F32, the f32 key summary that is cut is rebuilt from rounded keys: a
    /// [#fork()] kept from before is exact.
    ///
    /// @throws IllegalArgumentException if the session holds fewer tokens, or has overwritten what would be needed
    public void rewind(int tokens) {
        cache.truncate(tokens);
        decodeAttention.reset();
    }

    /// Writes the context to `path`, for [Engine#restore] over the same model with the same options. Both sessions then
    /// choose afresh what they read at their next step.
    public void save(Path path) throws IOException {
        new SavedCache(setting(), tokens(), logits).write(path, cache);
        decodeAttention.reset();
    }

    void load(Path path) throws IOException {
        SavedCache saved = SavedCache.read(path, setting(), cache);
        if (saved.logits().length != logits.length) {
            throw new IllegalArgumentException("%s: holds %d logits, the model has %d tokens"
                    .formatted(path, saved.logits().length, logits.length));
        }
        history = saved.tokens();
        System.arraycopy(saved.logits(), 0, logits, 0, logits.length);
    }

    private List<String> setting() {
        return plan.setting(engine.file().fingerprint());
    }

    /// The tokens in the cache.
    public int[] tokens() {
        return Arrays.copyOf(history, contextTokens());
    }

    /// Takes down tokens that are about to enter the cache.
    private void remember(int[] tokens, int from, int count) {
        int end = contextTokens() + count;
        if (end > history.length) {
            history = Arrays.copyOf(history, Math.max(end, Math.min(contextLimit(), 2 * history.length)));
        }
        System.arraycopy(tokens, from, history, contextTokens(), count);
    }

    /// Appends `tokens` with dense attention, in batches. Afterwards [#logits] are those of the last one.
    ///
    /// @throws IllegalArgumentException if they do not fit the context, with the limit
    public void prefill(int[] tokens) {
        prefill(tokens, GenerationListener.NONE);
    }

    /// Returns whether the listener let the prefill end.
    private boolean prefill(int[] tokens, GenerationListener listener) {
        return readBatches(tokens, (from, batch) -> {
            if (from + batch == tokens.length) {
                forward.logits(batch - 1, logits);
            }
            return listener.prefilled(from + batch, tokens.length) && !isInterrupted();
        });
    }

    /// Appends `tokens` with dense attention and hands out the logits of every position.
    ///
    /// @throws IllegalArgumentException if they do not fit the context, with the limit
    public void prefill(int[] tokens, LogitsSink sink) {
        readBatches(tokens, (from, batch) -> {
            for (int i = 0; i < batch; i++) {
                forward.logits(i, logits);
                sink.accept(from + i, logits);
            }
            return true;
        });
    }

    /// Hears of every batch that has been read: `batch` tokens from token `from` on. Says whether to go on.
    @FunctionalInterface
    private interface BatchWatcher {
        boolean read(int from, int batch);
    }

    private void prefillLayer(int layer, float[] queries, float[] keys, float[] values, float[] out, int batch) {
        prefillAttention.batch(layer, queries, keys, values, out, batch);
        prefillAttention.count(prefillCounter);
    }

    private boolean readBatches(int[] tokens, BatchWatcher watcher) {
        requireRoom(tokens.length);
        cache.announce(tokens.length);
        long start = System.nanoTime();
        boolean going = true;
        for (int from = 0, batch; from < tokens.length && going; from += batch) {
            batch = Math.min(plan.batchAt(contextTokens()), tokens.length - from);
            remember(tokens, from, batch);
            forward.run(tokens, from, batch, contextTokens(), contextLimit(), prefilling);
            prefillTokens += batch;
            going = watcher.read(from, batch);
        }
        decodeAttention.reset();
        prefillNanoseconds += System.nanoTime() - start;
        return going;
    }

    /// Appends one token, reading the cache as the session's attention says. Afterwards [#logits] are those of `token`.
    ///
    /// @throws IllegalArgumentException if it does not fit the context, with the limit
    public void step(int token) {
        step(token, Optional.empty(), decoding);
    }

    /// [#step(int)], with a receiver of what every head read.
    public void step(int token, ReadSink reads) {
        step(token, Optional.of(reads), decoding);
    }

    /// [#step(int)], with a receiver of the exact weights that every query head gives to all tokens, whatever the
    /// session's attention reads. Slow: for looking into a model. Needs a session that forgets nothing.
    public void step(int token, WeightSink sink) {
        ExactWeights exact = new ExactWeights(cache, plan.attention().model());
        step(token, Optional.empty(), (layer, queries, keys, values, out, batch) -> {
            decodeAttention.step(layer, queries, keys, values, out);
            for (int head = 0; head < shape.queryHeads(); head++) {
                int kvHead = head / shape.groupSize();
                float[] weights = exact.of(layer, kvHead, queries, head * shape.headSize());
                sink.accept(layer, head, weights, cache.head(layer, kvHead).tokens());
            }
        });
    }

    /// [#step(int)], with a receiver of the attention mass that was dropped. Slow, as the exact weights are.
    public void stepWithMass(int token, MassSink sink) {
        ExactWeights exact = new ExactWeights(cache, plan.attention().model());
        step(token, Optional.empty(), (layer, queries, keys, values, out, batch) -> {
            decodeAttention.step(layer, queries, keys, values, out);
            for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
                ReusedSelection selection = decodeAttention.selection(layer, kvHead);
                if (selection.hasEstimate()) {
                    double dropped = 0;
                    for (int row = 0; row < shape.groupSize(); row++) {
                        int head = kvHead * shape.groupSize() + row;
                        float[] weights = exact.of(layer, kvHead, queries, head * shape.headSize());
                        int tokens = cache.head(layer, kvHead).tokens();
                        TokenSet read = selection
                                .tokens(selection.selections() == 1 ? 0 : row)
                                .tokens();
                        dropped += dropped(weights, tokens, read) / shape.groupSize();
                    }
                    sink.accept(layer, kvHead, selection.estimatedDrop(), dropped);
                }
            }
        });
    }

    private static double dropped(float[] weights, int tokens, TokenSet read) {
        double dropped = 0;
        for (int token = 0; token < tokens; token++) {
            dropped += read.contains(token) ? 0 : weights[token];
        }
        return dropped;
    }

    /// The share of the attention that the heads with a [mass target][h2eal.attention.Budget.MassTarget] were estimated
    /// to drop, mean over those heads and the steps so far; empty if no head has chosen pages by one.
    public OptionalDouble estimatedDrop() {
        return estimates == 0 ? OptionalDouble.empty() : OptionalDouble.of(estimatedDrops / estimates);
    }

    private void step(int token, Optional<ReadSink> reads, LayerAttention attention) {
        long start = System.nanoTime();
        begin(token);
        forward.run(oneToken, 0, 1, contextTokens(), contextLimit(), attention);
        forward.logits(0, logits);
        end(System.nanoTime() - start, reads);
    }

    Engine engine() {
        return engine;
    }

    /// Takes down a token that is about to be read.
    void begin(int token) {
        requireRoom(1);
        oneToken[0] = token;
        remember(oneToken, 0, 1);
    }

    /// Attends for token `t` of a batch of several sessions.
    void attend(int layer, int t, float[] queries, float[] keys, float[] values, float[] out) {
        decodeAttention.step(layer, t, queries, keys, values, out);
    }

    /// Counts a step that has been made.
    void end(long nanoseconds, Optional<ReadSink> reads) {
        decodeNanoseconds += nanoseconds;
        for (int layer = 0; layer < shape.layers(); layer++) {
            decodeAttention.count(layer, counter);
            addEstimates(layer);
            if (reads.isPresent()) {
                decodeAttention.report(decodeTokens, layer, reads.get());
            }
        }
        decodeTokens++;
    }

    /// Takes over the context of another session of the same model, whatever that one's attention: one prefill serves
    /// many. The logits stay what they were.
    ///
    /// @throws IllegalArgumentException if it does not fit the context, or the other session is forgetful
    public void continueFrom(Session other) {
        requireRoom(other.contextTokens());
        remember(other.history, 0, other.contextTokens());
        cache.append(other.cache);
        decodeAttention.reset();
    }

    /// Appends `tokens` random keys and values to every head without computing anything: the state of a long context in
    /// the time it takes to write it, to measure decode steps on. What is generated afterwards means nothing.
    ///
    /// @throws IllegalArgumentException if they do not fit the context, with the limit
    public void fillWithNoise(int tokens, long seed) {
        requireRoom(tokens);
        cache.announce(tokens);
        remember(new int[tokens], 0, tokens);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int width = shape.kvHeads() * shape.headSize();
        float[] keys = new float[width];
        float[] values = new float[width];
        for (int token = 0; token < tokens; token++) {
            for (int i = 0; i < width; i++) {
                keys[i] = random.nextFloat(-1, 1);
                values[i] = random.nextFloat(-1, 1);
            }
            for (int layer = 0; layer < shape.layers(); layer++) {
                for (int head = 0; head < shape.kvHeads(); head++) {
                    cache.head(layer, head).append(keys, values, head * shape.headSize());
                }
            }
        }
        decodeAttention.reset();
    }

    private void addEstimates(int layer) {
        for (int kvHead = 0; kvHead < shape.kvHeads(); kvHead++) {
            ReusedSelection selection = decodeAttention.selection(layer, kvHead);
            if (selection.hasEstimate()) {
                estimatedDrops += selection.estimatedDrop();
                estimates++;
            }
        }
    }

    private void requireRoom(int tokens) {
        int limit = cache.shape().capacityTokens();
        if (tokens == 0 && contextTokens() == 0) {
            throw new IllegalArgumentException("a prompt needs at least one token");
        }
        if (tokens > limit - contextTokens()) {
            throw new IllegalArgumentException("%d more tokens after %d exceed the context of %d tokens"
                    .formatted(tokens, contextTokens(), limit));
        }
    }

    /// Logits that follow the last token, one per token of the vocabulary. A view that the next step overwrites.
    public float[] logits() {
        return logits;
    }

    /// Tokens in the cache.
    public int contextTokens() {
        return cache.tokens();
    }

    /// Most tokens the cache may hold.
    public int contextLimit() {
        return cache.shape().capacityTokens();
    }

    /// Bytes of keys, values and key summaries in memory; what a fork shares counts in the session it came from.
    public long cacheBytes() {
        return cache.usedBytes();
    }

    /// Appends `prompt`, then generates. Stops early when the listener says so or the thread is interrupted. The last
    /// generated token is not in the cache yet: a later prompt begins with it.
    public Generation generate(int[] prompt, GenerationOptions options, GenerationListener listener) {
        Answer answer = new Answer(options.stopTexts());
        List<Integer> tokens = new ArrayList<>();
        Generation.End end =
                prefill(prompt, listener) ? extend(tokens, answer, options, listener) : Generation.End.INTERRUPTED;
        return new Generation(prompt.length, tokens, answer.text(), end, timings(), counters(), prefillCounters());
    }

    private Generation.End extend(
            List<Integer> tokens, Answer answer, GenerationOptions options, GenerationListener listener) {
        Sampler.Choice choice = options.sampler().start();
        while (tokens.size() < options.maxTokens()) {
            int token = choice.next(logits);
            if (tokenizer.endsGeneration(token)) {
                String heldBack = answer.end();
                if (!heldBack.isEmpty()) {
                    listener.generated(token, heldBack);
                }
                return Generation.End.END_OF_TEXT;
            }
            tokens.add(token);
            String text = answer.append(bytes(token));
            boolean last = tokens.size() == options.maxTokens() || contextTokens() == contextLimit();
            boolean going = listener.generated(token, last ? text + answer.end() : text);
            if (answer.isStopped()) {
                return Generation.End.STOP_TEXT;
            }
            if (!going || isInterrupted()) {
                answer.end();
                return Generation.End.INTERRUPTED;
            }
            if (contextTokens() == contextLimit()) {
                return Generation.End.CONTEXT_FULL;
            }
            if (!last) {
                step(token, options.reads(), decoding);
            }
        }
        return Generation.End.MAX_TOKENS;
    }

    /// Rows of the output matrix beyond the tokenizer's tokens stand for nothing.
    private byte[] bytes(int token) {
        return token < tokenizer.vocabularySize() ? tokenizer.bytes(token) : new byte[0];
    }

    private static boolean isInterrupted() {
        return Thread.currentThread().isInterrupted();
    }

    /// Prefill and decode time so far.
    public Timings timings() {
        return new Timings(prefillTokens, prefillNanoseconds, decodeTokens, decodeNanoseconds);
    }

    /// What decode steps read so far.
    public ReadCounts counters() {
        return counter.total();
    }

    /// What prefills read so far, as if every token's queries read on their own: how much attention they computed.
    public ReadCounts prefillCounters() {
        return prefillCounter.total();
    }

    /// Releases the cache.
    @Override
    public void close() {
        cache.close();
    }
}
