package h2eal.mapping.placement;

import h2eal.mapping.RowVisitor;
import h2eal.mapping.spread.Spread;
import java.util.Optional;

/// The rows of one lane that hold the cells of one head. Only what a [Spread] gives to the lane lies here.
sealed interface Area permits PackedRows, PagedRows {

    /// Visits the pieces of the lane's cells between two boundaries.
    void visit(Spread spread, int lane, Spread.Cut from, Spread.Cut to, RowVisitor visitor);

    /// Whether `row` belongs to the area.
    boolean contains(int row);

    /// The byte of a cell that lies at byte `column` of a row of the area; empty between cells.
    Optional<CellByte> at(Spread spread, int lane, int row, int column);

    /// One byte of one cell; a token's key comes before its value.
    record CellByte(long cell, int offset) {}

    /// Visits `bytes` bytes from byte `from` on, counted from the start of row 0, row by row.
    static void visitBytes(Spread spread, int lane, long from, long bytes, int rowBytes, RowVisitor visitor) {
        long to = from + bytes;
        long at = from;
        while (at < to) {
            int column = (int) (at % rowBytes);
            int piece = (int) Math.min(rowBytes - column, to - at);
            visitor.visit(spread.tile(lane), spread.bank(lane), (int) (at / rowBytes), column, piece);
            at += piece;
        }
    }
}
