package h2eal.runtime.interleaved;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.stream.IntStream;

/// A copy of a quantised matrix with sixteen rows side by side: word w of sixteen rows, then word w + 1 of them. A
/// vector lane then belongs to one row, so that products need no sums across lanes, and weights are multiplied as
/// 16-bit integers without being unpacked ([Fields]).
///
/// As large as the original, Q6_K by 1 % larger.
public final class InterleavedRows {

    /// Rows side by side.
    static final int GROUP = 16;
    /// Bytes of one word of them.
    static final int LINE_BYTES = GROUP * Integer.BYTES;

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment data;
    private final RowFormat format;
    private final int rows;
    private final int columns;

    private InterleavedRows(MemorySegment data, RowFormat format, int rows, int columns) {
        this.data = data;
        this.format = format;
        this.rows = rows;
        this.columns = columns;
    }

    /// Whether this module may address memory as [InterleavedDots] does (`--enable-native-access`).
    public static boolean areUsable() {
        return InterleavedRows.class.getModule().isNativeAccessEnabled();
    }

    /// Bytes that the copy of a matrix takes; rows are filled up to whole groups.
    public static long bytes(RowFormat format, int rows, int columns) {
        BlockCode code = format.code();
        return (long) Math.ceilDiv(rows, GROUP) * (columns / code.weights()) * code.words() * LINE_BYTES;
    }

    /// Rewrites the matrix `source`, `rows` rows of `columns` weights as in the file, on all processors.
    ///
    /// @param columns a multiple of [RowFormat#granule()]
    /// @param memory where to: off-heap, a multiple of 64 bytes from 0, exactly [#bytes]
    public static InterleavedRows of(
            RowFormat format, MemorySegment source, int rows, int columns, MemorySegment memory) {
        Objects.requireNonNull(format, "format");
        if (columns % format.granule() != 0
                || memory.byteSize() != bytes(format, rows, columns)
                || memory.address() % LINE_BYTES != 0) {
            throw new IllegalArgumentException("%d x %d weights of %s do not fit %d bytes at address %d"
                    .formatted(rows, columns, format, memory.byteSize(), memory.address()));
        }
        InterleavedRows copy = new InterleavedRows(memory, format, rows, columns);
        IntStream.range(0, Math.ceilDiv(rows, GROUP)).parallel().forEach(group -> copy.rewrite(group, source));
        return copy;
    }

    private void rewrite(int group, MemorySegment source) {
        BlockCode code = format.code();
        int blocks = columns / code.weights();
        int words = code.words();
        int[] row = new int[words];
        int[] lines = new int[words * GROUP];
        int count = Math.min(GROUP, rows - group * GROUP);
        for (int block = 0; block < blocks; block++) {
            for (int r = 0; r < count; r++) {
                long from = ((long) (group * GROUP + r) * blocks + block) * code.sourceBytes();
                code.rewrite(source, from, row, 0);
                for (int w = 0; w < words; w++) {
                    lines[w * GROUP + r] = row[w];
                }
            }
            MemorySegment.copy(lines, 0, data, WORD, group * groupBytes() + (long) block * blockBytes(), lines.length);
        }
    }

    /// How the rows are stored.
    RowFormat format() {
        return format;
    }

    /// Numbers of a product.
    int rows() {
        return rows;
    }

    /// Weights of a row.
    int columns() {
        return columns;
    }

    /// Where the memory begins, which lives as long as this is reachable.
    long address() {
        return data.address();
    }

    /// Bytes of a group of rows.
    long groupBytes() {
        return (long) (columns / format.granule()) * blockBytes();
    }

    /// Bytes of one block of a group.
    int blockBytes() {
        return format.code().words() * LINE_BYTES;
    }

    /// Rounds `x` to what [InterleavedDots] multiplies these rows with: for the plain twin of a kernel.
    ///
    /// @param rounded as many numbers as a row has
    public void round(float[] x, float[] rounded) {
        RoundedInputs inputs = new RoundedInputs();
        inputs.round(format.code().fields(), x, columns);
        inputs.read(rounded);
    }
}
