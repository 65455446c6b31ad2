package h2eal.mapping.placement;

import h2eal.hardware.Accelerator;
import h2eal.mapping.CachePlan;
import h2eal.mapping.KvLayout;
import h2eal.mapping.Placement;
import h2eal.mapping.StoredHead;
import h2eal.mapping.spread.Deals;
import h2eal.mapping.spread.HeadSlots;
import h2eal.mapping.spread.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A page's tokens dealt one by one over the banks of the group, memory allocated page by page: balanced for every
/// set of pages, but each piece of a page has a row activation of its own. The rows are shared by the heads of a layer.
record PagedPlacement() implements Placement {

    @Override
    public KvLayout place(CachePlan plan, Accelerator accelerator) {
        BankRows rows = new BankRows(accelerator, plan.firstRow());
        Deals deals = new Deals();
        List<List<HeadStore>> layers = new ArrayList<>();
        for (int layer = 0; layer < plan.layers().size(); layer++) {
            layers.add(place(layer, plan, rows, deals));
        }
        return new PlacedCache(layers, rows.requireFits(), accelerator);
    }

    private static List<HeadStore> place(int layer, CachePlan plan, BankRows rows, Deals deals) {
        Accelerator accelerator = rows.accelerator();
        // Heads of one pool have equally many pages: streaming heads share a short one.
        Map<Integer, PagePool> pools = new TreeMap<>();
        Map<StoredHead, Spread> spreads = new LinkedHashMap<>();
        for (StoredHead stored : plan.layers().get(layer)) {
            int slots = plan.storedTokens(stored);
            Spread spread = Spread.of(
                    stored.tokens(),
                    accelerator.tile().banks(),
                    layer + stored.head().kvHead(),
                    1,
                    slots,
                    deals);
            spreads.put(stored, spread);
            pools.computeIfAbsent(slots, s -> new PagePool(plan.format(), s, accelerator))
                    .reserve(spread);
        }
        pools.values().forEach(pool -> pool.take(rows));
        List<HeadStore> stores = new ArrayList<>();
        spreads.forEach((stored, spread) -> {
            stores.add(store(layer, stored, spread, pools.get(plan.storedTokens(stored)), plan, rows));
        });
        return stores;
    }

    private static HeadStore store(
            int layer, StoredHead stored, Spread tokens, PagePool pool, CachePlan plan, BankRows rows) {
        int storedSummaries = plan.storedSummaries(stored);
        Spread summaries = Spread.of(
                stored.summaries(),
                tokens.banks(),
                tokens.firstBank(),
                pool.summariesPerRow(),
                Math.max(1, storedSummaries),
                new Deals());
        return new HeadStore(
                layer,
                stored.head(),
                plan.format(),
                HeadSlots.of(
                        stored.pattern(),
                        plan.capacityTokens().get(stored.head().sequence())),
                tokens,
                pool.areas(tokens),
                summaries,
                PackedRows.areas(summaries, storedSummaries, plan.format().summaryBytes(), rows));
    }
}
