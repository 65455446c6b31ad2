package h2eal.runtime.kernel;

import h2eal.runtime.block.BlockDecoder;
import h2eal.runtime.interleaved.InterleavedRows;
import h2eal.runtime.interleaved.code.RowFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Optional;

/// A weight matrix where it lies in memory: `rows` outputs of `columns` inputs each, row by row, as in the GGUF file.
/// The memory belongs to whoever mapped it and must outlive this view.
///
/// @param data the matrix, off-heap and little-endian; exactly `rows * type.rowBytes(columns)` bytes
/// @param type block layout of a row
/// @param rows numbers of one output vector
/// @param columns numbers of one input vector
/// @param interleaved a copy that single vectors are multiplied with, where there is one
public record Weights(
        MemorySegment data, WeightType type, int rows, int columns, Optional<InterleavedRows> interleaved) {

    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public Weights {
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(interleaved, "interleaved");
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

    /// A matrix without a copy.
    public Weights(MemorySegment data, WeightType type, int rows, int columns) {
        this(data, type, rows, columns, Optional.empty());
    }

    /// Bytes of the copy that [#interleave] makes, 0 where this type and size have none.
    public long interleavedBytes() {
        return rowFormat()
                .map(format -> InterleavedRows.bytes(format, rows, columns))
                .orElse(0L);
    }

    /// This matrix with its rows copied side by side into `memory`, 64-byte aligned and of [#interleavedBytes], which
    /// must outlive it; this matrix itself where there are none.
    public Weights interleave(MemorySegment memory) {
        return rowFormat()
                .map(format -> InterleavedRows.of(format, data, rows, columns, memory))
                .map(copy -> new Weights(data, type, rows, columns, Optional.of(copy)))
                .orElse(this);
    }

    private Optional<RowFormat> rowFormat() {
        return type.rowFormat().filter(format -> columns % format.granule() == 0);
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
            case Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, IQ4_NL, MXFP4, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_XS ->
                readBlocks(from, out, at);
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

    private void readBlocks(long from, float[] out, int at) {
        BlockDecoder decoder = type.decoder().orElseThrow();
        for (int block = 0; block < columns / type.blockWeights(); block++) {
            decoder.decode(data, from + (long) block * type.blockBytes(), out, at + block * type.blockWeights());
        }
    }
}
