package h2eal.mapping.placement;

import h2eal.mapping.CacheEntry;
import h2eal.mapping.HeadId;
import h2eal.mapping.KvFormat;
import h2eal.mapping.spread.HeadSlots;
import h2eal.mapping.spread.Spread;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// One head of one layer in its banks.
///
/// @param slots which storage slot holds which token
/// @param tokens how the slots are spread over lanes
/// @param tokenAreas the rows of each lane
/// @param summaries how the key summaries are spread; no lanes for a head that keeps none
record HeadStore(
        int layer,
        HeadId head,
        KvFormat format,
        HeadSlots slots,
        Spread tokens,
        List<? extends Area> tokenAreas,
        Spread summaries,
        List<? extends Area> summaryAreas) {

    boolean keepsSummaries() {
        return !summaryAreas.isEmpty();
    }

    /// What of this head lies at a byte of a bank while `contextTokens` tokens are cached.
    Optional<CacheEntry> at(int tile, int bank, int row, int column, int contextTokens) {
        int lane = tokens.lane(tile, bank);
        if (lane < tokens.lanes() && tokenAreas.get(lane).contains(row)) {
            return tokenAreas
                    .get(lane)
                    .at(tokens, lane, row, column)
                    .filter(found -> found.cell() < slots.slots())
                    .flatMap(found -> token(found, contextTokens));
        }
        int summaryLane = summaries.lane(tile, bank);
        if (keepsSummaries()
                && summaryLane < summaries.lanes()
                && summaryAreas.get(summaryLane).contains(row)) {
            return summaryAreas
                    .get(summaryLane)
                    .at(summaries, summaryLane, row, column)
                    .filter(found -> found.cell() < format.geometry().summaries(contextTokens))
                    .map(found -> new CacheEntry(layer, head, CacheEntry.Kind.SUMMARY, (int) found.cell()));
        }
        return Optional.empty();
    }

    private Optional<CacheEntry> token(Area.CellByte found, int contextTokens) {
        CacheEntry.Kind kind = found.offset() < format.keyBytes() ? CacheEntry.Kind.KEY : CacheEntry.Kind.VALUE;
        OptionalInt token = slots.token((int) found.cell(), contextTokens);
        return token.isPresent() ? Optional.of(new CacheEntry(layer, head, kind, token.getAsInt())) : Optional.empty();
    }
}
