package h2eal.runtime.llama;

import h2eal.runtime.kernel.Weights;
import java.util.Objects;
import java.util.Optional;

/// A linear layer: a weight matrix where it lies in the file, and a bias where the model has one.
record Linear(Weights weights, Optional<float[]> bias) {

    Linear {
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(bias, "bias");
    }
}
