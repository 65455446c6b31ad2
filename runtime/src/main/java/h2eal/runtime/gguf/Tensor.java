package h2eal.runtime.gguf;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/// One tensor of a GGUF file.
///
/// @param shape extents, the fastest-varying first, as in the file: a matrix of m rows and n columns is `[n, m]`
/// @param data the tensor's bytes inside the mapped file, exactly as long as type and shape say
public record Tensor(String name, TensorType type, List<Long> shape, MemorySegment data) {

    public Tensor {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
        Objects.requireNonNull(data, "data");
    }

    /// Numbers in one row.
    public long columns() {
        return shape.getFirst();
    }

    /// Number of rows; all extents but the first, multiplied.
    public long rows() {
        return shape.stream().skip(1).reduce(1L, (a, b) -> a * b);
    }

    /// The shape as `n x m`, the fastest-varying extent first.
    public String shapeText() {
        return shape.stream().map(String::valueOf).collect(Collectors.joining(" x "));
    }
}
