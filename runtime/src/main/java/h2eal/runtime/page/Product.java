package h2eal.runtime.page;

import java.lang.foreign.MemorySegment;

/// One of the two matrix products of attention to a page: for each active row,
/// `sums[row][column] += factors[row][i] * matrix[i][column]`, over the `i` in hand. The matrix is K with one row per
/// dimension, the factors are queries and the sums are scores; or it is V with one row per token, the factors are
/// weights and the sums are outputs.
///
/// Both are computed by the same tiles and not by copies of them: the prefetcher of Zen 5 tells streams apart by the
/// instruction that loads them, and runs far ahead only where the same one goes on through K, V and the next page.
final class Product {

    /// All memory by address: a constant, so that the compiler knows the kind of segment and its bounds. Whoever uses it
    /// has checked that a page lies in its segment, and keeps that alive.
    @SuppressWarnings("restricted")
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /// The bits of an address. A number cut to them is seen to lie in [#MEMORY] with all that is near it: the inner loops
    /// are left without any check, and the compiler splits no first and last turns off them.
    static final long ADDRESSES = (1L << 56) - 1;

    final KvType type;
    /// Rows of the matrix.
    final int rows;
    /// Columns of the matrix, padding included.
    final int width;
    /// What its rows are multiplied with, `[query row][factorStride]`.
    final float[] factors;
    final int factorStride;
    /// `[query row][width]`.
    final float[] sums;
    /// Rows of the matrix in hand.
    int from;
    int to;

    Product(KvType type, int rows, int width, float[] factors, int factorStride, float[] sums) {
        this.type = type;
        this.rows = rows;
        this.width = width;
        this.factors = factors;
        this.factorStride = factorStride;
        this.sums = sums;
        to = rows;
    }

    /// Bytes from the start of the matrix to the number that is stored at place `column` of its first row.
    long offset(int column) {
        return type.offset(column, rows);
    }

    /// Bytes from one row to the next of the strip that `column` lies in.
    int rowBytes(int column) {
        return type.rowBytes(column, width);
    }
}
