package h2eal.runtime.gguf;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/// A tensor that is made when it is written, so that a model need not fit the memory.
///
/// @param shape extents, the fastest-varying first
/// @param data makes the tensor's bytes, exactly as many as type and shape say
public record PendingTensor(String name, TensorType type, List<Long> shape, Supplier<MemorySegment> data) {

    public PendingTensor {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
        Objects.requireNonNull(data, "data");
    }

    /// A tensor that is there already.
    static PendingTensor of(Tensor tensor) {
        return new PendingTensor(tensor.name(), tensor.type(), tensor.shape(), tensor::data);
    }

    /// Bytes of the tensor.
    long bytes() {
        long rows = shape.stream().skip(1).reduce(1L, Math::multiplyExact);
        return shape.getFirst() / type.blockElements() * type.blockBytes() * rows;
    }
}
