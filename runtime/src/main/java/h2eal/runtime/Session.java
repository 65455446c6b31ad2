package h2eal.runtime;

import h2eal.workload.ReadSink;

/// One growing context over a model. For one thread at a time.
public final class Session implements AutoCloseable {

    private Session() {}

    /// Receives the logits of each position of a prefill.
    @FunctionalInterface
    public interface LogitsSink {
        /// Accepts the logits that follow token `index` of the tokens being read; `logits` is reused afterwards.
        void accept(int index, float[] logits);
    }

    /// Appends `tokens` with dense attention, in batches. Afterwards [#logits] are those of the last one.
    ///
    /// @throws IllegalArgumentException if they do not fit the context, with the limit
    public void prefill(int[] tokens) {
        throw new UnsupportedOperationException("not yet");
    }

    /// Appends `tokens` with dense attention and hands out the logits of every position.
    public void prefill(int[] tokens, LogitsSink sink) {
        throw new UnsupportedOperationException("not yet");
    }

    /// Appends one token, reading the cache as the session's attention says. Afterwards [#logits] are those of `token`.
    public void step(int token) {
        throw new UnsupportedOperationException("not yet");
    }

    /// [#step(int)], with a receiver of what every head read.
    public void step(int token, ReadSink reads) {
        throw new UnsupportedOperationException("not yet");
    }

    /// Logits that follow the last token, one per token of the vocabulary. A view that the next step overwrites.
    public float[] logits() {
        throw new UnsupportedOperationException("not yet");
    }

    /// Tokens in the cache.
    public int contextTokens() {
        throw new UnsupportedOperationException("not yet");
    }

    /// Appends `prompt`, then generates. Stops early when the listener says so or the thread is interrupted.
    public Generation generate(int[] prompt, GenerationOptions options, GenerationListener listener) {
        throw new UnsupportedOperationException("not yet");
    }

    /// Prefill and decode time so far.
    public Timings timings() {
        throw new UnsupportedOperationException("not yet");
    }

    /// What decode steps read so far.
    public AttentionCounters counters() {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public void close() {}
}
