package h2eal.selection;

import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import java.util.Arrays;

/// The outcome of one scoring, good for as many steps as the refresh interval allows.
final class Ranking {

    private final int contextTokens;
    private final int pages;
    private final int sinkPages;
    private final int[] best;

    /// @param contextTokens tokens in the cache when the pages were scored
    /// @param pages pages that held them
    /// @param sinkPages first pages, forced
    /// @param best pages between the sink and the then newest page, strongest first; owned by the new ranking
    Ranking(int contextTokens, int pages, int sinkPages, int[] best) {
        this.contextTokens = contextTokens;
        this.pages = pages;
        this.sinkPages = sinkPages;
        this.best = best;
    }

    /// The ranking without all but the first `count` of the best pages.
    Ranking keep(int count) {
        return new Ranking(contextTokens, pages, sinkPages, Arrays.copyOf(best, count));
    }

    int contextTokens() {
        return contextTokens;
    }

    /// Pages that held the context when they were scored.
    int pages() {
        return pages;
    }

    int sinkPages() {
        return sinkPages;
    }

    /// The best pages, strongest first; not a copy.
    int[] best() {
        return best;
    }

    /// The tokens to read now: the newest page, the sink, what was opened since the scoring (and so never scored), the
    /// page that was newest then, and the best of the rest. As many pages as at the scoring: what came in since pushes
    /// out the weakest.
    TokenSet tokens(PageGeometry geometry, int nowTokens) {
        return TokenSet.ofPages(numbers(geometry.pages(nowTokens) - 1), geometry.pageTokens(), nowTokens);
    }

    /// The numbers of those pages, ascending.
    ///
    /// @param newest page that is newest now
    int[] numbers(int newest) {
        int[] kept = new int[1 + sinkPages + best.length];
        int count = 0;
        kept[count++] = newest;
        for (int page = 0; page < sinkPages; page++) {
            kept[count++] = page;
        }
        for (int page = newest - 1; page >= pages - 1 && count < kept.length; page--) {
            kept[count++] = page;
        }
        System.arraycopy(best, 0, kept, count, kept.length - count);
        Arrays.sort(kept);
        return kept;
    }
}
