package h2eal.runtime.interleaved;

import static h2eal.runtime.interleaved.InterleavedRows.GROUP;
import static h2eal.runtime.interleaved.InterleavedRows.LINE_BYTES;
import static h2eal.runtime.interleaved.InterleavedRows.STREAM_GROUPS;
import static h2eal.runtime.interleaved.InterleavedRows.TILE_ROWS;

import h2eal.runtime.interleaved.code.Fields;
import h2eal.runtime.interleaved.code.LevelsCode;
import h2eal.runtime.interleaved.code.RowFormat;
import h2eal.runtime.memory.Prefetch;
import java.lang.ref.Reference;

/// Products of one input vector, rounded to 8 bits where weights have fewer, with interleaved rows, on the Vector API.
///
/// A row's sums are taken in one order, so its product does not depend on the rows that are multiplied beside it.
public final class InterleavedDots {

    /// How far ahead of what is read: on a Zen 5, 4 to 8 KiB do alike, 2 come late.
    private static final int AHEAD_BYTES = 6 << 10;

    private static final ThreadLocal<Tile> TILE = ThreadLocal.withInitial(Tile::new);

    private InterleavedDots() {}

    /// Computes `y[r] = rows[r] . x` for rows `from` to `to`.
    public static void multiply(InterleavedRows rows, int from, int to, float[] x, float[] y) {
        Tile tile = TILE.get();
        tile.one[0] = x;
        tile.oneOut[0] = y;
        multiplyEach(rows, from, to, tile.one, tile.oneOut, 1);
    }

    /// Computes `ys[t][r] = rows[r] . xs[t]` for rows `from` to `to` and the first `count` vectors, a tile of rows for
    /// all of them while it is in the cache.
    public static void multiplyEach(InterleavedRows rows, int from, int to, float[][] xs, float[][] ys, int count) {
        Tile tile = TILE.get();
        for (int t = 0; t < count; t++) {
            tile.inputs(t).round(rows.format().code().fields(), xs[t], rows.columns());
        }
        for (int row = from; row < to; ) {
            int start = row / TILE_ROWS * TILE_ROWS;
            int next = Math.min(to, start + TILE_ROWS);
            tile.first = (row - start) / (2 * GROUP) * 2;
            tile.end = Math.ceilDiv(next - start, 2 * GROUP) * 2;
            for (int t = 0; t < count; t++) {
                tile.inputs = tile.inputs(t);
                if (NativeDots.suit(rows.format().code().fields())) {
                    NativeDots.multiply(rows, tile, start / TILE_ROWS);
                } else {
                    multiply(rows, tile, start / TILE_ROWS);
                }
                System.arraycopy(tile.result, row - start, ys[t], row, next - row);
            }
            row = next;
        }
        Reference.reachabilityFence(rows);
    }

    private static void multiply(InterleavedRows rows, Tile tile, int number) {
        RowFormat format = rows.format();
        tile.data = rows.tileAt(number);
        tile.stream = rows.apart();
        tile.clear();
        for (int from = 0; from < rows.columns(); from += format.code().together()) {
            int subBlocks = rows.subBlocks(from);
            add(format, tile, from / format.code().fields().numbers(), subBlocks);
            tile.data += (long) format.code().words(subBlocks) * STREAM_GROUPS * LINE_BYTES;
        }
        tile.read();
    }

    /// Sub-blocks from `first` of every row.
    private static void add(RowFormat format, Tile tile, int first, int subBlocks) {
        Fields fields = format.code().fields();
        int bytes = fields.words() * STREAM_GROUPS * LINE_BYTES;
        for (int sub = 0; sub < subBlocks; sub++) {
            fetchAhead(tile, tile.data + sub * bytes, bytes);
            switch (fields) {
                case TWOS -> FieldDots.twos(tile, sub * bytes, first + sub, sub);
                case LEVELS -> FieldDots.levels(tile, sub * bytes, first + sub, sub, levels(format));
                case BYTES -> FieldDots.bytes(tile, sub * bytes, first + sub, sub);
                case NIBBLES -> FieldDots.nibbles(tile, sub * bytes, first + sub, sub);
                case FIVES -> FieldDots.fives(tile, sub * bytes, first + sub, sub);
                case SIXES -> FieldDots.sixes(tile, sub * bytes, first + sub, sub);
            }
        }
        tile.heads = tile.data + subBlocks * bytes;
        fetchAhead(tile, tile.heads, format.code().headWords(subBlocks) * STREAM_GROUPS * LINE_BYTES);
        switch (format) {
            case Q8_0 -> ScaledSums.floats(tile, subBlocks);
            case Q4_0, Q5_0 -> ScaledSums.scales(tile, first, subBlocks);
            case Q4_1, Q5_1 -> ScaledSums.scalesAndLeasts(tile, first, subBlocks);
            case Q4_K, Q5_K -> ScaledSums.k(tile, first);
            case Q2_K -> ScaledSums.q2k(tile, first);
            case Q3_K, Q6_K -> ScaledSums.signedScales(tile, first);
            case IQ4_NL, IQ4_XS, MXFP4 -> ScaledSums.levels(tile, subBlocks);
        }
    }

    private static short[] levels(RowFormat format) {
        return ((LevelsCode) format.code()).halves();
    }

    /// Asks for as many bytes of either stream as are read now, further on: 24 lines or so, since a core that asks for
    /// many more at once waits for them.
    private static void fetchAhead(Tile tile, long at, int bytes) {
        if (Prefetch.isOn()) {
            long ahead = at + AHEAD_BYTES;
            Prefetch.twoStretches(ahead, ahead + bytes, tile.stream);
        }
    }
}
