package h2eal.runtime.interleaved;

import h2eal.runtime.interleaved.code.BlockCode;
import h2eal.runtime.interleaved.code.RowFormat;
import h2eal.runtime.memory.HugePages;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.stream.IntStream;

/// A copy of a quantised matrix with sixteen rows side by side: word w of sixteen rows, then word w + 1 of them. A
/// vector lane then belongs to one row, so that products need no sums across lanes, and small weights are multiplied as
/// 16-bit integers without being unpacked ([Fields]).
///
/// Lines of words lie in the order in which a product reads them, in two streams that each go from their first byte to
/// their last, which prefetchers follow. From memory, one stream, or eight with jumps of some lines, came to a half or
/// a third of that on a Zen 5: a core waits for lines that no prefetcher foresaw, and soon has no room to go on. Both
/// streams cross into another 16 KiB at the same time, and wait once for what two waits would take: see [#apart].
///
/// A Zen 5 foresees what an instruction reads at a constant stride. In C, with weights and scales in streams of their
/// own and one instruction for each, they came as fast as a plain read at any distance; the compiler of Java copies
/// the loops over words, so that two instructions take a stream in turn, and then that order is no better than this.
///
/// Six groups of rows are a tile, those of even numbers in the first stream and the others in the second: for every
/// 256 weights of a row (128 where each block has a scale and a least weight), first the weights, sub-block by
/// sub-block, group by group, then the scales, group by group. About as large as the original, but Q3_K, which takes
/// the code of Q6_K, and levels where vectors are narrow: those take twice as much. Rows are filled up to whole tiles.
public final class InterleavedRows {

    /// Rows side by side.
    static final int GROUP = 16;
    /// Bytes of one word of them.
    static final int LINE_BYTES = GROUP * Integer.BYTES;
    static final int STREAMS = 2;
    /// Groups of a tile in one stream. The more, the longer are the stretches of weights and of scales, and prefetchers
    /// mind both: on a Zen 5 two, three and four differ by a fifth, each way; with three all formats come to 80 % of a
    /// plain read and most to 85 or more, in rows of 2048 weights.
    static final int STREAM_GROUPS = 3;

    /// A distance of streams that a Zen 5 follows best is a multiple of 16 KiB; 16 KiB more than whole huge pages are
    /// a little worse than twice that.
    private static final long STRETCH_BYTES = 32 << 10;

    /// Rows that are multiplied together; a share of a matrix best begins with a whole number of them.
    public static final int TILE_ROWS = STREAMS * STREAM_GROUPS * GROUP;

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment data;
    private final RowFormat format;
    private final int rows;
    private final int columns;
    private final long tileBytes;
    private final long apart;

    private InterleavedRows(MemorySegment data, RowFormat format, int rows, int columns) {
        this.data = data;
        this.format = format;
        this.rows = rows;
        this.columns = columns;
        tileBytes = tileBytes(format, columns);
        apart = apart(format, rows, columns);
    }

    /// Whether this module may address memory as [InterleavedDots] does (`--enable-native-access`).
    public static boolean areUsable() {
        return InterleavedRows.class.getModule().isNativeAccessEnabled();
    }

    /// Bytes that the copy of a matrix takes.
    public static long bytes(RowFormat format, int rows, int columns) {
        return (STREAMS - 1) * apart(format, rows, columns) + streamBytes(format, rows, columns);
    }

    private static long streamBytes(RowFormat format, int rows, int columns) {
        return Math.ceilDiv(rows, TILE_ROWS) * tileBytes(format, columns);
    }

    /// Bytes from one stream to the next: whole stretches, but not whole huge pages. Matrices of 2048 rows of 2048
    /// weights of Q4_K are then read at 80 % of a plain read on a Zen 5, and at 54 to 72 with any other distance.
    static long apart(RowFormat format, int rows, int columns) {
        long stretches = Math.ceilDiv(streamBytes(format, rows, columns), STRETCH_BYTES) * STRETCH_BYTES;
        return stretches % HugePages.BYTES == 0 ? stretches + STRETCH_BYTES : stretches;
    }

    /// Bytes of a tile in one stream.
    private static long tileBytes(RowFormat format, int columns) {
        long words = 0;
        for (int from = 0; from < columns; from += format.code().together()) {
            words += format.code().words(subBlocks(format, columns, from));
        }
        return words * STREAM_GROUPS * LINE_BYTES;
    }

    /// Sub-blocks that are rewritten together from weight `from` of a row.
    private static int subBlocks(RowFormat format, int columns, int from) {
        return Math.min(format.code().together(), columns - from)
                / format.code().fields().numbers();
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
        int most = code.words(code.together() / code.fields().numbers());
        int[] row = new int[most];
        int[] lines = new int[most * GROUP];
        int count = Math.min(GROUP, rows - group * GROUP);
        int tileGroups = TILE_ROWS / GROUP;
        long to = group / tileGroups * tileBytes + group % STREAMS * apart;
        for (int from = 0; from < columns; from += format.code().together()) {
            int subBlocks = subBlocks(format, columns, from);
            int words = code.words(subBlocks);
            for (int r = 0; r < count; r++) {
                long weight = (long) (group * GROUP + r) * columns + from;
                code.rewrite(source, weight / code.blockWeights() * code.blockBytes(), subBlocks, row);
                for (int w = 0; w < words; w++) {
                    lines[w * GROUP + r] = row[w];
                }
            }
            write(lines, subBlocks, to, group % tileGroups / STREAMS);
            to += (long) words * STREAM_GROUPS * LINE_BYTES;
        }
    }

    /// Writes the words of group `place` of a stream to where those of all its groups begin.
    private void write(int[] lines, int subBlocks, long to, int place) {
        BlockCode code = format.code();
        int words = code.fields().words();
        for (int sub = 0; sub < subBlocks; sub++) {
            long at = to + (long) (sub * STREAM_GROUPS + place) * words * LINE_BYTES;
            MemorySegment.copy(lines, sub * words * GROUP, data, WORD, at, words * GROUP);
        }
        int weights = subBlocks * words;
        int heads = code.headWords(subBlocks);
        long at = to + (long) (weights * STREAM_GROUPS + place * heads) * LINE_BYTES;
        MemorySegment.copy(lines, weights * GROUP, data, WORD, at, heads * GROUP);
    }

    /// Bytes of this copy.
    public long bytes() {
        return data.byteSize();
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

    /// Sub-blocks whose weights lie together from weight `from` of a row.
    int subBlocks(int from) {
        return subBlocks(format, columns, from);
    }

    /// Address of a tile in the first stream, in memory that lives as long as this is reachable.
    long tileAt(int tile) {
        return data.address() + tile * tileBytes;
    }

    /// Bytes from one stream to the next.
    long apart() {
        return apart;
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
