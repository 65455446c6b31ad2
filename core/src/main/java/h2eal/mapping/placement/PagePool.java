package h2eal.mapping.placement;

import h2eal.hardware.Accelerator;
import h2eal.mapping.KvFormat;
import h2eal.mapping.spread.Spread;
import java.util.ArrayList;
import java.util.List;

/// The pages of the heads of one layer that keep equally many tokens. Mutable; lives only while a plan is placed:
/// every head reserves its place within a page, then the rows are taken, then each head learns its areas.
final class PagePool {

    private final KvFormat format;
    private final int pages;
    private final int banks;
    private final int rowBytes;
    /// Bytes of one page in each bank: grows with every head that reserves.
    private final int[] strides;

    private final int[] keyRows;
    private final int[] valueRows;
    private final List<int[]> offsets = new ArrayList<>();
    private final List<Spread> reserved = new ArrayList<>();

    PagePool(KvFormat format, int slots, Accelerator accelerator) {
        this.format = format;
        this.pages = format.geometry().pages(slots);
        this.banks = accelerator.tile().banks();
        this.rowBytes = accelerator.bank().rowBytes();
        this.strides = new int[accelerator.mesh().tiles() * banks];
        this.keyRows = new int[strides.length];
        this.valueRows = new int[strides.length];
    }

    int summariesPerRow() {
        return Math.max(1, rowBytes / format.summaryBytes());
    }

    /// Makes room for one head in every page.
    void reserve(Spread spread) {
        int[] laneOffsets = new int[spread.lanes()];
        for (int lane = 0; lane < laneOffsets.length; lane++) {
            int bank = spread.tile(lane) * banks + spread.bank(lane);
            laneOffsets[lane] = strides[bank];
            strides[bank] += pageCells(spread, lane) * format.keyBytes();
        }
        offsets.add(laneOffsets);
        reserved.add(spread);
    }

    /// Takes the rows of both pools in every bank.
    void take(BankRows rows) {
        for (int bank = 0; bank < strides.length; bank++) {
            keyRows[bank] = rows.take(bank / banks, bank % banks, poolRows(bank));
            valueRows[bank] = rows.take(bank / banks, bank % banks, poolRows(bank));
        }
    }

    /// The areas of a head that reserved.
    List<PagedRows> areas(Spread spread) {
        int[] laneOffsets = offsets.get(reserved.indexOf(spread));
        List<PagedRows> areas = new ArrayList<>(laneOffsets.length);
        for (int lane = 0; lane < laneOffsets.length; lane++) {
            int bank = spread.tile(lane) * banks + spread.bank(lane);
            areas.add(new PagedRows(
                    keyRows[bank],
                    valueRows[bank],
                    poolRows(bank),
                    strides[bank],
                    laneOffsets[lane],
                    pageCells(spread, lane),
                    format.geometry().pageTokens(),
                    format.keyBytes(),
                    rowBytes));
        }
        return areas;
    }

    private int pageCells(Spread spread, int lane) {
        return spread.most(lane, format.geometry().pageTokens());
    }

    private int poolRows(int bank) {
        return Math.toIntExact(Math.ceilDiv((long) strides[bank] * pages, rowBytes));
    }
}
