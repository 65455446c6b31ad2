package h2eal.mapping;

import h2eal.attention.TokenSet;

/// Where every token's K and V and every key summary lies: the result of a placement, and the only thing the
/// simulator asks about it. Pieces arrive in the order a tile should read them, rows of one bank together.
public interface KvLayout {

    /// Visits the row pieces that hold K and V of `tokens`.
    void readTokens(int layer, HeadId head, TokenSet tokens, RowVisitor visitor);

    /// Visits the row pieces that hold the first `summaries` key summaries.
    void readSummaries(int layer, HeadId head, int summaries, RowVisitor visitor);

    /// Visits the row pieces that one appended token writes: its K and V, and the summary it updates.
    void append(int layer, HeadId head, int token, RowVisitor visitor);

    /// Bytes the cache occupies in one bank, whole rows.
    long bytesUsed(int tile, int bank);
}
