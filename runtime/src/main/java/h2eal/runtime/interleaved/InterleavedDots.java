package h2eal.runtime.interleaved;

import static h2eal.runtime.interleaved.InterleavedRows.GROUP;
import static h2eal.runtime.interleaved.InterleavedRows.LINE_BYTES;

import java.lang.ref.Reference;

/// Products of one input vector, rounded to 8 bits, with interleaved rows, on the Vector API.
///
/// Sums within a sub-block are exact integers and those of sub-blocks are taken in one order, so a row's product does
/// not depend on the rows that are multiplied beside it.
public final class InterleavedDots {

    private static final ThreadLocal<Tile> TILE = ThreadLocal.withInitial(Tile::new);

    private InterleavedDots() {}

    /// Computes `y[r] = rows[r] . x` for rows `from` to `to`.
    public static void multiply(InterleavedRows rows, int from, int to, float[] x, float[] y) {
        Tile tile = TILE.get();
        tile.inputs.round(rows.format().code().fields(), x, rows.columns());
        int first = from / GROUP;
        int groups = Math.ceilDiv(to, GROUP) - first;
        int stride = groups / Tile.MOST;
        for (int i = 0; i < stride; i++) {
            multiply(rows, tile, first + i, stride, Tile.MOST);
            write(tile, first + i, stride, from, to, y);
        }
        int rest = first + stride * Tile.MOST;
        if (rest < first + groups) {
            multiply(rows, tile, rest, 1, first + groups - rest);
            write(tile, rest, 1, from, to, y);
        }
        Reference.reachabilityFence(rows);
    }

    private static void multiply(InterleavedRows rows, Tile tile, int group, int stride, int count) {
        tile.data = rows.address() + group * rows.groupBytes();
        tile.distance = stride * rows.groupBytes();
        tile.count = count;
        tile.clear();
        int blocks = rows.columns() / rows.format().granule();
        for (int block = 0; block < blocks; block++) {
            add(rows.format(), tile, (long) block * rows.blockBytes(), block);
        }
        tile.read();
    }

    /// One block of every row.
    private static void add(RowFormat format, Tile tile, long at, int block) {
        switch (format) {
            case Q4_0 -> {
                FieldDots.nibbles(tile, at, 2 * block, 0);
                FieldDots.nibbles(tile, at + 4 * LINE_BYTES, 2 * block + 1, 1);
                ScaledSums.q4(tile, at + 8 * LINE_BYTES, 2 * block);
            }
            case Q4_K -> {
                for (int sub = 0; sub < KCode.SUB_BLOCKS; sub++) {
                    FieldDots.nibbles(tile, at + sub * 4L * LINE_BYTES, KCode.SUB_BLOCKS * block + sub, sub);
                }
                ScaledSums.k(tile, at + KCode.SUB_BLOCKS * 4L * LINE_BYTES, KCode.SUB_BLOCKS * block, 8);
            }
            case Q5_K -> {
                for (int sub = 0; sub < KCode.SUB_BLOCKS; sub++) {
                    FieldDots.fives(tile, at + sub * 5L * LINE_BYTES, KCode.SUB_BLOCKS * block + sub, sub);
                }
                ScaledSums.k(tile, at + KCode.SUB_BLOCKS * 5L * LINE_BYTES, KCode.SUB_BLOCKS * block, 16);
            }
            case Q6_K -> {
                for (int sub = 0; sub < Q6kCode.SUB_BLOCKS; sub++) {
                    FieldDots.sixes(tile, at + sub * 3L * LINE_BYTES, Q6kCode.SUB_BLOCKS * block + sub, sub);
                }
                ScaledSums.q6k(tile, at + Q6kCode.SUB_BLOCKS * 3L * LINE_BYTES, Q6kCode.SUB_BLOCKS * block);
            }
        }
    }

    private static void write(Tile tile, int group, int stride, int from, int to, float[] y) {
        for (int g = 0; g < tile.count; g++) {
            int row = (group + g * stride) * GROUP;
            int begin = Math.max(row, from);
            int end = Math.min(row + GROUP, to);
            System.arraycopy(tile.result, g * GROUP + begin - row, y, begin, end - begin);
        }
    }
}
