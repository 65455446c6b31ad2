package h2eal.lab.convert;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// One tensor of a safetensors file.
///
/// @param shape extents, the slowest-varying first, as in the file: a matrix of m rows and n columns is `[m, n]`
/// @param data its bytes inside the mapped file, exactly as long as type and shape say
record StoredTensor(Path file, String name, Type type, List<Integer> shape, MemorySegment data) {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// How a number is stored.
    enum Type {
        F32(4),
        F16(2),
        BF16(2);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }

        int bytes() {
            return bytes;
        }
    }

    StoredTensor {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(data, "data");
        shape = List.copyOf(shape);
    }

    /// Numbers of one row.
    int columns() {
        return shape.getLast();
    }

    /// Rows: 1 for a vector.
    int rows() {
        return shape.size() == 1 ? 1 : shape.getFirst();
    }

    /// Reads row `row` into `out`.
    void read(int row, float[] out) {
        long at = (long) row * columns() * type.bytes();
        for (int i = 0; i < columns(); i++, at += type.bytes()) {
            out[i] = switch (type) {
                case F32 -> data.get(FLOAT, at);
                case F16 -> Float.float16ToFloat(data.get(SHORT, at));
                case BF16 -> Float.intBitsToFloat(data.get(SHORT, at) << 16);
            };
        }
    }
}
