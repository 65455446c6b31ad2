package h2eal.selection;

import h2eal.attention.GroupRule;

/// Reduces the page scores of the query heads of a group to the rows that are selected from.
final class GroupScores {

    private GroupScores() {}

    /// Number of separate selections a group makes.
    static int selections(GroupRule rule, int groupSize) {
        return switch (rule) {
            case NONE -> groupSize;
            case SUM, MAX, SOFTMAX_MAX -> 1;
        };
    }

    /// Overwrites the first row with the shared score of each page; leaves all rows as they are under
    /// [GroupRule#NONE]. Shared scores of [GroupRule#SOFTMAX_MAX] are logarithms of shares.
    ///
    /// @param scores row-major, `groupSize` rows of `pages` unscaled scores
    /// @param scale factor of a score inside the softmax, 1/sqrt(head size)
    static void share(GroupRule rule, float[] scores, int groupSize, int pages, double scale) {
        if (groupSize == 1) {
            return;
        }
        switch (rule) {
            case NONE -> {}
            case SUM -> sum(scores, groupSize, pages);
            case MAX -> max(scores, groupSize, pages);
            case SOFTMAX_MAX -> {
                for (int row = 0; row < groupSize; row++) {
                    logShares(scores, row * pages, pages, scale);
                }
                max(scores, groupSize, pages);
            }
        }
    }

    private static void sum(float[] scores, int groupSize, int pages) {
        for (int row = 1; row < groupSize; row++) {
            for (int page = 0; page < pages; page++) {
                scores[page] += scores[row * pages + page];
            }
        }
    }

    private static void max(float[] scores, int groupSize, int pages) {
        for (int row = 1; row < groupSize; row++) {
            for (int page = 0; page < pages; page++) {
                scores[page] = Math.max(scores[page], scores[row * pages + page]);
            }
        }
    }

    /// Replaces scores by the logarithm of their softmax: the same order, and no share underflows to a tie.
    private static void logShares(float[] scores, int from, int pages, double scale) {
        float top = Float.NEGATIVE_INFINITY;
        for (int page = 0; page < pages; page++) {
            top = Math.max(top, scores[from + page]);
        }
        double total = 0;
        for (int page = 0; page < pages; page++) {
            total += Math.exp(scale * (scores[from + page] - top));
        }
        double logTotal = scale * top + Math.log(total);
        for (int page = 0; page < pages; page++) {
            scores[from + page] = (float) (scale * scores[from + page] - logTotal);
        }
    }
}
