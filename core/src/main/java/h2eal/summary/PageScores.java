package h2eal.summary;

import h2eal.attention.PageGeometry;

/// Page scores from the scores of the key summaries inside.
public final class PageScores {

    private PageScores() {}

    /// Writes the score of every page that holds `contextTokens` tokens: the highest of its summaries (LServe).
    ///
    /// @param summaryScores one score per summary of the context, from index `from`
    /// @param pageScores receives one score per page, from index `to`; may be the same array with `to <= from`
    public static void ofSummaries(
            PageGeometry geometry, int contextTokens, float[] summaryScores, int from, float[] pageScores, int to) {
        int perPage = geometry.summariesPerPage();
        int summaries = geometry.summaries(contextTokens);
        for (int page = 0; page < geometry.pages(contextTokens); page++) {
            int first = page * perPage;
            float best = summaryScores[from + first];
            for (int summary = first + 1; summary < Math.min(first + perPage, summaries); summary++) {
                best = Math.max(best, summaryScores[from + summary]);
            }
            pageScores[to + page] = best;
        }
    }
}
