package h2eal.lab.spec;

import h2eal.model.ModelShape;
import h2eal.model.Precision;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/// The `model:` block of an experiment: a shape, how its numbers are stored, and what is known of its heads.
///
/// @param weights precision of the weights
/// @param kv precision of the KV cache
/// @param gates file of trained head gates, if there is one
/// @param copyScores file of copy scores, if there is one
public record Model(
        ModelShape shape, Precision weights, Precision kv, Optional<Path> gates, Optional<Path> copyScores) {

    public Model {
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(kv, "kv");
        Objects.requireNonNull(gates, "gates");
        Objects.requireNonNull(copyScores, "copyScores");
    }
}
