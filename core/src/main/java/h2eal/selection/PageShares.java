package h2eal.selection;

import h2eal.attention.PageGeometry;

/// The share of the attention that each page is estimated to hold: a softmax over pages of the scaled scores, each page
/// weighted by its tokens, averaged over query heads. Takes the score of a page for that of every token in it.
///
/// @param shares one share per page, of sum 1
record PageShares(double[] shares) {

    /// Estimates shares from unscaled scores.
    ///
    /// @param scores row-major, rows of one score per page
    /// @param rows query heads, from row `firstRow`
    /// @param scale factor of a score inside the softmax, 1/sqrt(head size)
    static PageShares of(
            float[] scores, int firstRow, int rows, PageGeometry geometry, int contextTokens, double scale) {
        int pages = geometry.pages(contextTokens);
        double newestTokens = contextTokens - (pages - 1) * geometry.pageTokens();
        double[] shares = new double[pages];
        double[] weights = new double[pages];
        for (int row = firstRow; row < firstRow + rows; row++) {
            double top = Double.NEGATIVE_INFINITY;
            for (int page = 0; page < pages; page++) {
                top = Math.max(top, scores[row * pages + page]);
            }
            double total = 0;
            for (int page = 0; page < pages; page++) {
                double tokens = page == pages - 1 ? newestTokens : geometry.pageTokens();
                weights[page] = tokens * Math.exp(scale * (scores[row * pages + page] - top));
                total += weights[page];
            }
            for (int page = 0; page < pages; page++) {
                shares[page] += weights[page] / total / rows;
            }
        }
        return new PageShares(shares);
    }

    /// Keeps the forced pages and as many of the best as it takes to reach a share of the attention.
    ///
    /// @param ranking forced pages and the most pages allowed, best first
    /// @param leastPages pages to keep in any case
    Ranking cut(Ranking ranking, double share, int leastPages) {
        double kept = shares[shares.length - 1];
        for (int page = 0; page < ranking.sinkPages(); page++) {
            kept += shares[page];
        }
        int[] best = ranking.best();
        int count = 0;
        int forced = 1 + ranking.sinkPages();
        while (count < best.length && (kept < share || forced + count < leastPages)) {
            kept += shares[best[count]];
            count++;
        }
        return ranking.keep(count, kept);
    }
}
