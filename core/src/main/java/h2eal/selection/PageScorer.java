package h2eal.selection;

/// Scores the pages of one KV head for the current query. Called only in steps that make a new selection, so the
/// caller reads no key summary in the others.
@FunctionalInterface
public interface PageScorer {

    /// Unscaled scores of the pages `0 .. pages - 1`, the open one included.
    ///
    /// @param pages pages that hold the context
    /// @return row-major: one row of `pages` scores per query head of the group. May be longer, and may be a scratch
    ///     array: it is overwritten and not kept
    float[] score(int pages);
}
