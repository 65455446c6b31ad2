package h2eal.trace;

import h2eal.attention.PageGeometry;
import java.util.Objects;

/// What a trace says about the run it was recorded from.
///
/// @param model name of the model shape
/// @param layers layers whose heads are recorded
/// @param kvHeads KV heads per layer
/// @param geometry page and summary sizes the selections were made with
public record TraceHeader(String model, int layers, int kvHeads, PageGeometry geometry) {

    public TraceHeader {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(geometry, "geometry");
        if (layers < 1 || kvHeads < 1) {
            throw new IllegalArgumentException(
                    "layers and kvHeads must be positive: %d, %d".formatted(layers, kvHeads));
        }
    }
}
