package h2eal.runtime.packed;

import java.lang.foreign.MemorySegment;

/// Products of one input vector with rows of super-blocks, on the Vector API, with inputs and sums in f32.
///
/// Limit: two vector instructions per cycle. A weight costs a mask, a conversion and a product, whose lanes number 16
/// at 512 bits; Q4_K needs 62 instructions per 144 bytes.
public enum PackedDots {
    Q4_K(new Q4kFormat()),
    Q5_K(new Q5kFormat()),
    Q6_K(new Q6kFormat());

    private static final ThreadLocal<PackedRows> SCRATCH = ThreadLocal.withInitial(PackedRows::new);

    private final PackedFormat format;

    PackedDots(PackedFormat format) {
        this.format = format;
    }

    /// Rows of a multiple of so many weights can be multiplied.
    public int granule() {
        return format.blockWeights();
    }

    /// Computes `y[r] = data[r] . x` for rows `from` to `to` of a matrix. Every row goes through the same instructions
    /// whatever the other rows.
    ///
    /// @param data the matrix row by row; off-heap
    /// @param columns numbers of a row, a multiple of [#granule()]
    public void multiply(MemorySegment data, int columns, int from, int to, float[] x, float[] y) {
        PackedRows rows = SCRATCH.get();
        int blocks = columns / format.blockWeights();
        long rowBytes = (long) blocks * format.blockBytes();
        rows.arrange(format, x, columns);
        rows.data = data;
        int stride = (to - from) / PackedRows.MOST;
        rows.distance = stride * rowBytes;
        rows.count = PackedRows.MOST;
        for (int row = from; row < from + stride; row++) {
            rows.multiply(format, row * rowBytes, blocks);
            for (int i = 0; i < PackedRows.MOST; i++) {
                y[row + i * stride] = rows.product(i);
            }
        }
        int first = from + stride * PackedRows.MOST;
        rows.distance = rowBytes;
        rows.count = to - first;
        rows.multiply(format, first * rowBytes, blocks);
        for (int i = 0; i < to - first; i++) {
            y[first + i] = rows.product(i);
        }
    }
}
