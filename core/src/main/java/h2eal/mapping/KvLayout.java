package h2eal.mapping;

import h2eal.attention.TokenSet;
import java.util.Optional;

/// Where every token's K and V and every key summary lies: the result of a [Placement], and the only thing the
/// simulator asks about it. Pieces arrive bank by bank, in the order a tile should read them.
///
/// A streaming head stores only its sink and a ring of its window, so a token of the window takes the place of the
/// token that left it.
public interface KvLayout {

    /// Visits the row pieces that hold K and V of `tokens`.
    ///
    /// @throws IllegalArgumentException if a token is beyond the planned capacity
    void readTokens(int layer, HeadId head, TokenSet tokens, RowVisitor visitor);

    /// Visits the row pieces that hold the first `summaries` key summaries.
    void readSummaries(int layer, HeadId head, int summaries, RowVisitor visitor);

    /// Visits the row pieces that one appended token writes: its K and V, and the summary it updates.
    void append(int layer, HeadId head, int token, RowVisitor visitor);

    /// What lies at byte `column` of a row while `contextTokens` tokens of every sequence are cached; empty where
    /// nothing is stored (yet). The inverse of the reads.
    Optional<CacheEntry> at(int tile, int bank, int row, int column, int contextTokens);

    /// Bytes the cache occupies in one bank, whole rows.
    long bytesUsed(int tile, int bank);
}
