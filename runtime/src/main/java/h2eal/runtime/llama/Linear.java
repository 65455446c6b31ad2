package h2eal.runtime.llama;

import h2eal.runtime.kernel.Weights;
import h2eal.runtime.memory.HugePages;
import java.lang.foreign.Arena;
import java.util.Objects;
import java.util.Optional;

/// A linear layer: a weight matrix where it lies in the file, and a bias where the model has one.
record Linear(Weights weights, Optional<float[]> bias) {

    Linear {
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(bias, "bias");
    }

    /// This layer with a copy of its rows side by side in memory of `arena`, where its type has one.
    Linear interleave(Arena arena) {
        long bytes = weights.interleavedBytes();
        if (bytes == 0) {
            return this;
        }
        Weights copied = weights.interleave(HugePages.allocate(arena, bytes));
        if (weights.data().isMapped()) {
            weights.data().unload();
        }
        return new Linear(copied, bias);
    }
}
