package h2eal.runtime.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/// A weight matrix where it lies in memory: `rows` outputs of `columns` inputs each, row by row, as in the GGUF file.
/// The memory belongs to whoever mapped it and must outlive this view.
///
/// @param data the matrix, off-heap and little-endian; exactly `rows * type.rowBytes(columns)` bytes
/// @param type block layout of a row
/// @param rows numbers of one output vector
/// @param columns numbers of one input vector
public record Weights(MemorySegment data, WeightType type, int rows, int columns) {

    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public Weights {
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(type, "type");
        if (rows < 1) {
            throw new IllegalArgumentException("a weight matrix has rows: " + rows);
        }
        long bytes = rows * type.rowBytes(columns);
        if (data.byteSize() != bytes) {
            throw new IllegalArgumentException("%d x %d weights of %s occupy %d bytes, not %d"
                    .formatted(rows, columns, type, bytes, data.byteSize()));
        }
        if (!data.isNative()) {
            throw new IllegalArgumentException("weights live outside the Java heap");
        }
    }

    /// Bytes of one row.
    public long rowBytes() {
        return type.rowBytes(columns);
    }

    /// Decodes row `row` into `out[at..at + columns)`: an embedding, or a row to compute with in f32.
    public void read(int row, float[] out, int at) {
        Objects.checkIndex(row, rows);
        Objects.checkFromIndexSize(at, columns, out.length);
        long from = row * rowBytes();
        switch (type) {
            case F32 -> MemorySegment.copy(data, FLOAT, from, out, at, columns);
            case F16 -> readF16(from, out, at);
            case BF16 -> readBf16(from, out, at);
            case Q8_0 -> readQ8(from, out, at);
            case Q4_0 -> readQ4(from, out, at);
        }
    }

    private void readF16(long from, float[] out, int at) {
        for (int i = 0; i < columns; i++) {
            out[at + i] = Float.float16ToFloat(data.get(SHORT, from + 2L * i));
        }
    }

    private void readBf16(long from, float[] out, int at) {
        for (int i = 0; i < columns; i++) {
            out[at + i] = Float.intBitsToFloat(data.get(SHORT, from + 2L * i) << 16);
        }
    }

    private void readQ8(long from, float[] out, int at) {
        for (int block = 0; block < columns / 32; block++) {
            long blockAt = from + block * 34L;
            float scale = Float.float16ToFloat(data.get(SHORT, blockAt));
            for (int i = 0; i < 32; i++) {
                out[at + block * 32 + i] = scale * data.get(ValueLayout.JAVA_BYTE, blockAt + 2 + i);
            }
        }
    }

    private void readQ4(long from, float[] out, int at) {
        for (int block = 0; block < columns / 32; block++) {
            long blockAt = from + block * 18L;
            float scale = Float.float16ToFloat(data.get(SHORT, blockAt));
            for (int i = 0; i < 16; i++) {
                int pair = data.get(ValueLayout.JAVA_BYTE, blockAt + 2 + i);
                out[at + block * 32 + i] = scale * ((pair & 15) - 8);
                out[at + block * 32 + i + 16] = scale * ((pair >> 4 & 15) - 8);
            }
        }
    }
}
