package h2eal.mapping.placement;

import h2eal.mapping.RowVisitor;
import h2eal.mapping.spread.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Cells one after another in rows of their own: consecutive pages of one head fill a row, so that one activation
/// serves many tokens. A cell never crosses a row unless it is longer than one.
record PackedRows(int firstRow, int rows, int cellBytes, int rowBytes) implements Area {

    /// Takes the rows of every lane for `cells` cells; no areas for no cells.
    static List<PackedRows> areas(Spread spread, int cells, int cellBytes, BankRows rows) {
        if (cells == 0) {
            return List.of();
        }
        List<PackedRows> areas = new ArrayList<>(spread.lanes());
        for (int lane = 0; lane < spread.lanes(); lane++) {
            int needed = Math.toIntExact(rows(spread.count(lane, cells), cellBytes, rows.rowBytes()));
            int first = rows.take(spread.tile(lane), spread.bank(lane), needed);
            areas.add(new PackedRows(first, needed, cellBytes, rows.rowBytes()));
        }
        return areas;
    }

    /// Rows that `cells` cells occupy.
    private static long rows(long cells, int cellBytes, int rowBytes) {
        return cellBytes <= rowBytes
                ? Math.ceilDiv(cells, rowBytes / cellBytes)
                : cells * Math.ceilDiv(cellBytes, rowBytes);
    }

    @Override
    public void visit(Spread spread, int lane, Spread.Cut from, Spread.Cut to, RowVisitor visitor) {
        long first = spread.count(lane, from);
        long end = spread.count(lane, to);
        if (first == end) {
            return;
        }
        int perRow = rowBytes / cellBytes;
        for (long at = first; at < end; ) {
            if (perRow == 0) {
                Area.visitBytes(spread, lane, start(at), cellBytes, rowBytes, visitor);
                at++;
            } else {
                at += visitPacked(spread, lane, at, end, perRow, visitor);
            }
        }
    }

    /// Visits the rest of the row of the lane's cell `at`, or all whole rows from there on; returns the cells visited.
    private long visitPacked(Spread spread, int lane, long at, long end, int perRow, RowVisitor visitor) {
        int row = firstRow + (int) (at / perRow);
        int inRow = (int) (at % perRow);
        int wholeRows = inRow == 0 ? (int) ((end - at) / perRow) : 0;
        if (wholeRows > 1) {
            visitor.visitRows(spread.tile(lane), spread.bank(lane), row, wholeRows, perRow * cellBytes);
            return (long) wholeRows * perRow;
        }
        int cells = (int) Math.min(perRow - inRow, end - at);
        visitor.visit(spread.tile(lane), spread.bank(lane), row, inRow * cellBytes, cells * cellBytes);
        return cells;
    }

    @Override
    public boolean contains(int row) {
        return row >= firstRow && row < firstRow + rows;
    }

    @Override
    public Optional<CellByte> at(Spread spread, int lane, int row, int column) {
        int perRow = rowBytes / cellBytes;
        if (perRow == 0) {
            int rowsPerCell = Math.ceilDiv(cellBytes, rowBytes);
            int offset = (row - firstRow) % rowsPerCell * rowBytes + column;
            return found(spread, lane, (row - firstRow) / rowsPerCell, offset, offset < cellBytes);
        }
        long ordinal = (long) (row - firstRow) * perRow + column / cellBytes;
        return found(spread, lane, ordinal, column % cellBytes, column / cellBytes < perRow);
    }

    /// First byte of a cell longer than a row, from the start of row 0.
    private long start(long ordinal) {
        return (firstRow + ordinal * Math.ceilDiv(cellBytes, rowBytes)) * rowBytes;
    }

    private static Optional<CellByte> found(Spread spread, int lane, long ordinal, int offset, boolean used) {
        return used ? Optional.of(new CellByte(spread.cell(lane, ordinal), offset)) : Optional.empty();
    }
}
