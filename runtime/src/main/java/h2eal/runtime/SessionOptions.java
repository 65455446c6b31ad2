package h2eal.runtime;

import h2eal.model.Precision;
import java.util.Objects;
import java.util.OptionalInt;

/// How one session keeps and reads its KV cache.
///
/// @param attention what decode steps read
/// @param kv precision of stored keys and values
/// @param contextTokens most tokens the session may hold; when empty, what the model was trained for
/// @param beyondTraining whether `contextTokens` may exceed what the model was trained for
/// @param forgetful whether streaming heads keep nothing but sink and window; their prefill then reads no more either
public record SessionOptions(
        AttentionMode attention, Precision kv, OptionalInt contextTokens, boolean beyondTraining, boolean forgetful) {

    public SessionOptions {
        Objects.requireNonNull(attention, "attention");
        Objects.requireNonNull(kv, "kv");
        Objects.requireNonNull(contextTokens, "contextTokens");
        if (contextTokens.isPresent() && contextTokens.getAsInt() < 1) {
            throw new IllegalArgumentException("contextTokens must be positive: " + contextTokens.getAsInt());
        }
    }

    /// Dense attention over an f32 cache as long as the model allows: the exact baseline.
    public static SessionOptions dense() {
        return new SessionOptions(new AttentionMode.Dense(), Precision.F32, OptionalInt.empty(), false, false);
    }

    /// These options with another attention.
    public SessionOptions with(AttentionMode other) {
        return new SessionOptions(other, kv, contextTokens, beyondTraining, forgetful);
    }

    /// These options with another precision of the cache.
    public SessionOptions with(Precision other) {
        return new SessionOptions(attention, other, contextTokens, beyondTraining, forgetful);
    }

    /// These options with another limit of the context.
    public SessionOptions withContext(int tokens, boolean mayExceedTraining) {
        return new SessionOptions(attention, kv, OptionalInt.of(tokens), mayExceedTraining, forgetful);
    }

    /// These options with streaming heads that keep nothing but sink and window.
    public SessionOptions forgettingStreamed() {
        return new SessionOptions(attention, kv, contextTokens, beyondTraining, true);
    }
}
