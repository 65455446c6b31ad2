package h2eal.runtime.decode;

import java.util.List;
import java.util.OptionalInt;

/// What a model's own attention prescribes, whatever a session chooses to read.
///
/// @param windows per layer how many of the last tokens a query may see, its own included; empty for all. No entries:
///     every layer sees everything
/// @param scoreCap scaled scores are bent to `scoreCap * tanh(score / scoreCap)` (Gemma 2); 0 leaves them
public record ModelAttention(List<OptionalInt> windows, float scoreCap) {

    private static final ModelAttention FULL = new ModelAttention(List.of(), 0);

    public ModelAttention {
        windows = List.copyOf(windows);
        for (OptionalInt window : windows) {
            if (window.isPresent() && window.getAsInt() < 1) {
                throw new IllegalArgumentException("a window holds at least one token: " + window.getAsInt());
            }
        }
        if (!(scoreCap >= 0)) {
            throw new IllegalArgumentException("scoreCap must not be negative: " + scoreCap);
        }
    }

    /// Every query sees every token before it, and scores are what they are.
    public static ModelAttention full() {
        return FULL;
    }

    /// Tokens that queries of `layer` may see, their own included; empty for all.
    public OptionalInt window(int layer) {
        return windows.isEmpty() ? OptionalInt.empty() : windows.get(layer);
    }

    /// Whether every query sees every token before it, with its plain score.
    public boolean isFull() {
        return scoreCap == 0 && windows.stream().allMatch(OptionalInt::isEmpty);
    }
}
