package h2eal.mapping.placement;

import h2eal.hardware.Accelerator;
import h2eal.mapping.CachePlan;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.KvFormat;
import h2eal.mapping.KvLayout;
import h2eal.mapping.Placement;
import h2eal.mapping.StoredHead;
import h2eal.mapping.spread.Deals;
import h2eal.mapping.spread.HeadSlots;
import h2eal.mapping.spread.Spread;
import java.util.ArrayList;
import java.util.List;

/// Every head's tokens packed into rows of their own, in units of consecutive tokens that stay in one bank.
///
/// @param unit tokens that stay together
/// @param everywhere whether a head is spread over all tiles, whatever its tile group is
record PackedPlacement(Unit unit, boolean everywhere) implements Placement {

    /// Tokens that stay together in one bank.
    @FunctionalInterface
    interface Unit {

        /// Fills one row with consecutive tokens: a page is spread over as many banks as it fills rows.
        Unit ROW = (format, rowBytes) -> Math.max(1, rowBytes / format.tokenBytes());

        int tokens(KvFormat format, int rowBytes);

        /// Keeps `pages` consecutive pages whole.
        static Unit pages(int pages) {
            return (format, rowBytes) -> pages * format.geometry().pageTokens();
        }
    }

    @Override
    public KvLayout place(CachePlan plan, Accelerator accelerator) {
        BankRows rows = new BankRows(accelerator, plan.firstRow());
        Deals deals = new Deals();
        List<List<HeadStore>> layers = new ArrayList<>();
        for (int layer = 0; layer < plan.layers().size(); layer++) {
            List<HeadStore> stores = new ArrayList<>();
            for (StoredHead stored : plan.layers().get(layer)) {
                stores.add(store(layer, stored, plan, rows, deals));
            }
            layers.add(stores);
        }
        return new PlacedCache(layers, rows.requireFits(), accelerator);
    }

    private HeadStore store(int layer, StoredHead stored, CachePlan plan, BankRows rows, Deals deals) {
        Accelerator accelerator = rows.accelerator();
        KvFormat format = plan.format();
        int rowBytes = accelerator.bank().rowBytes();
        int unitTokens = unit.tokens(format, rowBytes);
        // Summaries stay with their tokens where whole pages stay together, and fill rows otherwise.
        int unitSummaries = Math.max(
                Math.max(1, rowBytes / format.summaryBytes()),
                unitTokens / format.geometry().summaryTokens());
        HeadSlots slots = HeadSlots.of(
                stored.pattern(), plan.capacityTokens().get(stored.head().sequence()));
        Spread tokens = spread(stored.tokens(), unitTokens, slots.slots(), layer, accelerator, deals);
        int storedSummaries = plan.storedSummaries(stored);
        Spread summaries = spread(stored.summaries(), unitSummaries, storedSummaries, layer, accelerator, deals);
        return new HeadStore(
                layer,
                stored.head(),
                format,
                slots,
                tokens,
                PackedRows.areas(tokens, slots.slots(), format.tokenBytes(), rows),
                summaries,
                PackedRows.areas(summaries, storedSummaries, format.summaryBytes(), rows));
    }

    private Spread spread(HeadGroup group, int unitCells, int cells, int layer, Accelerator accelerator, Deals deals) {
        HeadGroup over = everywhere
                ? HeadGroup.everywhere(
                        group.head(),
                        (group.head().kvHead() + layer) % accelerator.mesh().tiles(),
                        accelerator.mesh().tiles())
                : group;
        return Spread.of(over, accelerator.tile().banks(), layer + group.head().kvHead(), unitCells, cells, deals);
    }
}
