package h2eal.mapping;

/// Receives contiguous pieces of DRAM rows.
@FunctionalInterface
public interface RowVisitor {

    /// Accepts `bytes` bytes that start at byte `column` of one row.
    void visit(int tile, int bank, int row, int column, int bytes);
}
