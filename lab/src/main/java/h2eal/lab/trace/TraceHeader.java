package h2eal.lab.trace;

import h2eal.attention.PageGeometry;
import h2eal.model.ModelShape;
import java.util.Objects;

/// Whose reads a trace holds.
///
/// @param model name of the model
/// @param layers layers of the model
/// @param kvHeads KV heads per layer
/// @param headSize numbers in one key
/// @param geometry pages the selection worked with
public record TraceHeader(String model, int layers, int kvHeads, int headSize, PageGeometry geometry) {

    public TraceHeader {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(geometry, "geometry");
        if (layers < 1 || kvHeads < 1 || headSize < 1) {
            throw new IllegalArgumentException(
                    "layers, kvHeads and headSize must be positive: %d, %d, %d".formatted(layers, kvHeads, headSize));
        }
    }

    /// The header of a trace of `shape`.
    public static TraceHeader of(ModelShape shape, PageGeometry geometry) {
        return new TraceHeader(shape.name(), shape.layers(), shape.kvHeads(), shape.headSize(), geometry);
    }
}
