package h2eal.mapping.crowding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Bank-balanced selection: the top-k of a retrieval head, constrained so that no bank of its group serves more than
/// its share plus a slack. Pages are taken by falling score; one that would overfill a bank gives way to the next. So
/// the strongest pages stay, and what is exchanged are the weakest of the budget.
///
/// This weighs the bytes that each page really has in each bank, parts of rows in several of them, which a placement
/// alone knows; `banks` of [h2eal.attention.HeadPattern.Retrieval] is the same idea without a placement, for the
/// runtime. Where pages lie whole, in turn and nothing is left over, both choose the same pages.
///
/// @param slack how far above its share a bank may go, 0.1 for 10 %; infinite selects by score alone
public record BalancedPages(double slack) {

    public BalancedPages {
        if (!(slack >= 0)) {
            throw new IllegalArgumentException("slack must not be negative: " + slack);
        }
    }

    /// The selected pages, ascending: `forced` and the best others, `count` in all.
    ///
    /// If no set of `count` pages is found within the limits, the limits are raised by as little as is needed.
    ///
    /// @param scores one score per page; ties go to the lower page
    /// @param forced pages selected whatever their score, at most `count`
    public List<Integer> select(float[] scores, List<Integer> forced, int count, PageLoads loads) {
        if (count > scores.length || scores.length != loads.pages()) {
            throw new IllegalArgumentException(
                    "%d of %d pages are selected, by %d scores".formatted(count, loads.pages(), scores.length));
        }
        List<Integer> chosen = new ArrayList<>(forced);
        List<Integer> left = byScore(scores, forced);
        double[] expected = loads.expected(count);
        long[] held = new long[expected.length];
        forced.forEach(page -> loads.add(page, held));
        for (double above = slack; chosen.size() < count; above = 1.25 * above + 0.05) {
            double factor = 1 + above;
            double[] limits =
                    Arrays.stream(expected).map(bytes -> bytes * factor).toArray();
            List<Integer> deferred = new ArrayList<>();
            for (int page : left) {
                if (chosen.size() < count && loads.fits(page, held, limits)) {
                    chosen.add(page);
                    loads.add(page, held);
                } else {
                    deferred.add(page);
                }
            }
            left = deferred;
        }
        return chosen.stream().sorted().toList();
    }

    private static List<Integer> byScore(float[] scores, List<Integer> forced) {
        List<Integer> pages = new ArrayList<>(scores.length);
        for (int page = 0; page < scores.length; page++) {
            if (!forced.contains(page)) {
                pages.add(page);
            }
        }
        // A stable sort: equal scores stay in the order of the pages.
        pages.sort((a, b) -> Float.compare(scores[b], scores[a]));
        return pages;
    }
}
