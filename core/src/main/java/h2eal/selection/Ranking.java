package h2eal.selection;

import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import java.util.Arrays;
import java.util.OptionalDouble;

/// The outcome of one scoring, good for as many steps as the refresh interval allows.
final class Ranking {

    private final int contextTokens;
    private final int sinkPages;
    private final int[] best;
    private final OptionalDouble keptShare;

    /// @param contextTokens tokens in the cache when the pages were scored
    /// @param sinkPages first pages, forced
    /// @param best pages between the sink and the then newest page, strongest first; owned by the new ranking
    Ranking(int contextTokens, int sinkPages, int[] best) {
        this(contextTokens, sinkPages, best, OptionalDouble.empty());
    }

    private Ranking(int contextTokens, int sinkPages, int[] best, OptionalDouble keptShare) {
        this.contextTokens = contextTokens;
        this.sinkPages = sinkPages;
        this.best = best;
        this.keptShare = keptShare;
    }

    /// The ranking without all but the first `count` of the best pages.
    ///
    /// @param share estimated share of the attention that is left
    Ranking keep(int count, double share) {
        return new Ranking(contextTokens, sinkPages, Arrays.copyOf(best, count), OptionalDouble.of(share));
    }

    int contextTokens() {
        return contextTokens;
    }

    int sinkPages() {
        return sinkPages;
    }

    /// The best pages, strongest first; not a copy.
    int[] best() {
        return best;
    }

    /// Estimated share of the attention that the pages held when they were scored, if anybody asked.
    OptionalDouble keptShare() {
        return keptShare;
    }

    /// The tokens to read now: the newest page, the sink, what was opened since the scoring (and so never scored), the
    /// page that was newest then, and the best of the rest. As many pages as at the scoring: what came in since pushes
    /// out the weakest.
    TokenSet tokens(PageGeometry geometry, int nowTokens) {
        int newest = geometry.pages(nowTokens) - 1;
        int thenNewest = geometry.pages(contextTokens) - 1;
        int[] kept = new int[1 + sinkPages + best.length];
        int count = 0;
        kept[count++] = newest;
        for (int page = 0; page < sinkPages; page++) {
            kept[count++] = page;
        }
        for (int page = newest - 1; page >= thenNewest && count < kept.length; page--) {
            kept[count++] = page;
        }
        System.arraycopy(best, 0, kept, count, kept.length - count);
        Arrays.sort(kept);
        return TokenSet.ofPages(kept, geometry.pageTokens(), nowTokens);
    }
}
