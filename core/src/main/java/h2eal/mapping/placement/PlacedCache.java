package h2eal.mapping.placement;

import h2eal.attention.TokenSet;
import h2eal.hardware.Accelerator;
import h2eal.mapping.CacheEntry;
import h2eal.mapping.HeadId;
import h2eal.mapping.KvLayout;
import h2eal.mapping.RowVisitor;
import h2eal.mapping.spread.Spread;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A placed cache: one [HeadStore] per layer and head.
final class PlacedCache implements KvLayout {

    private final List<Map<HeadId, HeadStore>> layers;
    private final int[] rowsUsed;
    private final int banks;
    private final int rowBytes;

    PlacedCache(List<List<HeadStore>> stores, int[] rowsUsed, Accelerator accelerator) {
        this.layers = stores.stream().map(PlacedCache::byHead).toList();
        this.rowsUsed = rowsUsed;
        this.banks = accelerator.tile().banks();
        this.rowBytes = accelerator.bank().rowBytes();
    }

    @Override
    public void readTokens(int layer, HeadId head, TokenSet tokens, RowVisitor visitor) {
        HeadStore store = store(layer, head);
        Spread spread = store.tokens();
        List<Spread.Cut> cuts = new ArrayList<>(2 * tokens.ranges() + 2);
        store.slots().ranges(tokens, (from, to) -> {
            cuts.add(spread.cut(from));
            cuts.add(spread.cut(to));
        });
        for (int lane = 0; lane < spread.lanes(); lane++) {
            for (int range = 0; range < cuts.size(); range += 2) {
                store.tokenAreas().get(lane).visit(spread, lane, cuts.get(range), cuts.get(range + 1), visitor);
            }
        }
    }

    @Override
    public void readSummaries(int layer, HeadId head, int summaries, RowVisitor visitor) {
        if (summaries == 0) {
            return;
        }
        HeadStore store = store(layer, head);
        int kept = store.keepsSummaries()
                ? store.format().geometry().summaries(store.slots().slots())
                : 0;
        if (summaries > kept) {
            throw new IllegalArgumentException(
                    "layer %d, %s keeps %d key summaries, not %d".formatted(layer, head, kept, summaries));
        }
        Spread.Cut from = store.summaries().cut(0);
        Spread.Cut to = store.summaries().cut(summaries);
        for (int lane = 0; lane < store.summaries().lanes(); lane++) {
            store.summaryAreas().get(lane).visit(store.summaries(), lane, from, to, visitor);
        }
    }

    @Override
    public void append(int layer, HeadId head, int token, RowVisitor visitor) {
        HeadStore store = store(layer, head);
        int slot = store.slots().slot(token);
        visitCell(store.tokens(), store.tokenAreas(), slot, visitor);
        if (store.keepsSummaries()) {
            int summary = token / store.format().geometry().summaryTokens();
            visitCell(store.summaries(), store.summaryAreas(), summary, visitor);
        }
    }

    private static void visitCell(Spread spread, List<? extends Area> areas, long cell, RowVisitor visitor) {
        int lane = spread.lane(cell);
        areas.get(lane).visit(spread, lane, spread.cut(cell), spread.cut(cell + 1), visitor);
    }

    @Override
    public Optional<CacheEntry> at(int tile, int bank, int row, int column, int contextTokens) {
        return layers.stream()
                .flatMap(layer -> layer.values().stream())
                .flatMap(store -> store.at(tile, bank, row, column, contextTokens).stream())
                .findFirst();
    }

    @Override
    public long bytesUsed(int tile, int bank) {
        return (long) rowsUsed[tile * banks + bank] * rowBytes;
    }

    private HeadStore store(int layer, HeadId head) {
        if (layer < 0 || layer >= layers.size() || !layers.get(layer).containsKey(head)) {
            throw new IllegalArgumentException("nothing is placed for layer %d, %s".formatted(layer, head));
        }
        return layers.get(layer).get(head);
    }

    private static Map<HeadId, HeadStore> byHead(List<HeadStore> stores) {
        Map<HeadId, HeadStore> byHead = HashMap.newHashMap(stores.size());
        for (HeadStore store : stores) {
            if (byHead.put(store.head(), store) != null) {
                throw new IllegalArgumentException(
                        "%s is placed twice in layer %d".formatted(store.head(), store.layer()));
            }
        }
        return byHead;
    }
}
