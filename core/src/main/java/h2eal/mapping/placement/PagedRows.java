package h2eal.mapping.placement;

import h2eal.mapping.RowVisitor;
import h2eal.mapping.spread.Spread;
import java.util.Optional;

/// Tokens page by page, keys and values in pools of their own, and within a page the heads of a layer side by side:
/// what an allocator of pages gives. A piece of one page is as long as its lane's part of the page, so a row opened
/// for one head serves few of its tokens.
///
/// @param keyRow first row of the pool of keys
/// @param valueRow first row of the pool of values
/// @param poolRows rows of one pool
/// @param pageStride bytes of one page in a pool, all heads
/// @param headOffset where the head lies within a page
/// @param pageCells most tokens of one page in this lane
/// @param pageTokens tokens per page
record PagedRows(
        int keyRow,
        int valueRow,
        int poolRows,
        int pageStride,
        int headOffset,
        int pageCells,
        int pageTokens,
        int keyBytes,
        int rowBytes)
        implements Area {

    @Override
    public void visit(Spread spread, int lane, Spread.Cut from, Spread.Cut to, RowVisitor visitor) {
        visitPool(keyRow, spread, lane, from.cells(), to.cells(), visitor);
        visitPool(valueRow, spread, lane, from.cells(), to.cells(), visitor);
    }

    private void visitPool(int poolRow, Spread spread, int lane, long from, long to, RowVisitor visitor) {
        for (long page = from / pageTokens; page * pageTokens < to; page++) {
            long before = spread.count(lane, page * pageTokens);
            long first = spread.count(lane, Math.max(from, page * pageTokens)) - before;
            long end = spread.count(lane, Math.min(to, (page + 1) * pageTokens)) - before;
            long start = (long) poolRow * rowBytes + page * pageStride + headOffset + first * keyBytes;
            Area.visitBytes(spread, lane, start, (end - first) * keyBytes, rowBytes, visitor);
        }
    }

    @Override
    public boolean contains(int row) {
        return (row >= keyRow && row < keyRow + poolRows) || (row >= valueRow && row < valueRow + poolRows);
    }

    @Override
    public Optional<CellByte> at(Spread spread, int lane, int row, int column) {
        boolean value = row >= valueRow;
        long at = (long) (row - (value ? valueRow : keyRow)) * rowBytes + column;
        long inHead = at % pageStride - headOffset;
        if (inHead < 0 || inHead >= (long) pageCells * keyBytes) {
            return Optional.empty();
        }
        long ordinal = spread.count(lane, at / pageStride * pageTokens) + inHead / keyBytes;
        long cell = spread.cell(lane, ordinal);
        return cell / pageTokens == at / pageStride
                ? Optional.of(new CellByte(cell, (int) (inHead % keyBytes) + (value ? keyBytes : 0)))
                : Optional.empty();
    }
}
