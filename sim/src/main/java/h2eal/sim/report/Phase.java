package h2eal.sim.report;

/// The parts of a decode step, in order; all but the last repeat for every layer.
public enum Phase {
    /// Query, key and value projections.
    QKV,
    /// Rotary embedding, and K, V and the key summary of the new token to their bank.
    APPEND,
    /// Queries to the tiles of their head's group.
    BROADCAST,
    /// Key summaries scored, on steps that select anew.
    SCORE,
    /// Local top-k, merge at the root, selected pages back to the group.
    SELECT,
    /// K and V of the attended tokens, with the idle time of tiles that finish early.
    ATTEND,
    /// Partials to the root of their group.
    MERGE,
    /// Output projection, attention outputs gathered before.
    OUTPUT,
    /// Gate, up and down projections.
    FEED_FORWARD,
    /// Residual stream summed over tiles and sent to all of them.
    REDUCE,
    /// Output matrix, and the greedy choice.
    HEAD;

    /// Whether the phase belongs to attention alone.
    public boolean isAttention() {
        return switch (this) {
            case BROADCAST, SCORE, SELECT, ATTEND, MERGE -> true;
            case QKV, APPEND, OUTPUT, FEED_FORWARD, REDUCE, HEAD -> false;
        };
    }
}
