package h2eal.workload;

/// Changes the page scores of drawn reads before pages are selected: how an experiment asks what another selection
/// would cost.
@FunctionalInterface
public interface ScoreFilter {

    /// Leaves all scores as they are.
    ScoreFilter NONE = (layer, kvHead, contextTokens, scores) -> scores;

    /// The scores to select by.
    ///
    /// @param contextTokens tokens in the cache, the current one included
    /// @param scores row-major, one row per query head that selects for itself, one score per page; not changed
    float[] filter(int layer, int kvHead, int contextTokens, float[] scores);
}
