package h2eal.mapping;

/// Receives contiguous pieces of DRAM rows.
@FunctionalInterface
public interface RowVisitor {

    /// Accepts `bytes` bytes that start at byte `column` of one row.
    void visit(int tile, int bank, int row, int column, int bytes);

    /// Accepts the first `bytes` bytes of each of `rows` consecutive rows, one after the other.
    default void visitRows(int tile, int bank, int firstRow, int rows, int bytes) {
        for (int row = firstRow; row < firstRow + rows; row++) {
            visit(tile, bank, row, 0, bytes);
        }
    }
}
