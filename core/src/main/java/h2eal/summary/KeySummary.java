package h2eal.summary;

import h2eal.attention.SummaryScore;

/// How the keys of a summary page are summarised and how a query scores them. Works on slices of arrays that the
/// caller owns, so that a KV cache can keep its summaries where it likes. Keys are summarised after RoPE.
///
/// Both kinds keep two numbers per channel: the second halves of the slices follow the first ones.
public sealed interface KeySummary permits BoxSummary, SpreadSummary {

    /// The summary that a score needs.
    ///
    /// @param headSize numbers in one key
    static KeySummary of(SummaryScore score, int headSize) {
        return switch (score) {
            case BOX -> new BoxSummary(headSize);
            case SPREAD -> new SpreadSummary(headSize, false);
            case MASS -> new SpreadSummary(headSize, true);
        };
    }

    /// Numbers in one key.
    int headSize();

    /// Numbers in one summary.
    default int numbers() {
        return 2 * headSize();
    }

    /// Adds one key to a summary.
    ///
    /// @param summaries array that holds the summary from index `at`; its content counts for nothing before the first
    /// key
    /// @param keys array that holds the key from index `keyAt`
    /// @param earlierKeys keys the summary covers already; 0 starts it afresh
    void append(float[] summaries, int at, float[] keys, int keyAt, int earlierKeys);

    /// The unscaled score of the keys behind a summary, summed in double precision.
    ///
    /// @param queries array that holds the query from index `queryAt`
    /// @param summaries array that holds the summary from index `at`
    double score(float[] queries, int queryAt, float[] summaries, int at);
}
