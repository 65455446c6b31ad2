package h2eal.selection;

import h2eal.attention.Budget;
import h2eal.attention.GroupRule;
import h2eal.attention.HeadPattern;
import h2eal.attention.HeadRead;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import java.util.Arrays;

/// What one KV head reads, step after step, in memory that is used again: a decode step allocates nothing. It is the
/// twin of [SelectionPolicy#select] for policies that make one selection per group by rank alone.
///
/// Mutable; for one thread at a time.
public final class ReusedSelection {

    private final SelectionPolicy policy;
    private final HeadPattern pattern;
    private final PageGeometry geometry;
    /// Ranges of tokens, `from, to, from, to, ...`.
    private int[] bounds = new int[4];
    private int used;
    private int summariesScored;
    /// Tokens in the cache at the latest scoring; 0 if there was none.
    private int scoredTokens;
    private int sinkPages;
    private int bestPages;
    private int[] best = {};
    private int[] kept = {};
    private long[] scratch = {};

    /// Selections of one head, which has chosen nothing yet.
    ///
    /// @throws IllegalArgumentException if the policy is not one that [#fits]
    public ReusedSelection(SelectionPolicy policy, HeadPattern pattern) {
        if (!fits(policy, pattern)) {
            throw new IllegalArgumentException("selections of this policy are not ranks alone: " + policy);
        }
        this.policy = policy;
        this.pattern = pattern;
        geometry = policy.attention().geometry();
    }

    /// Whether a head's selections are one per group, by rank alone.
    public static boolean fits(SelectionPolicy policy, HeadPattern pattern) {
        return switch (pattern) {
            case HeadPattern.Dense dense -> true;
            case HeadPattern.Streaming streaming -> true;
            case HeadPattern.Retrieval retrieval ->
                retrieval.banks() == 1
                        && !(retrieval.budget() instanceof Budget.MassTarget)
                        && (policy.groupSize() == 1 || policy.attention().groupRule() != GroupRule.NONE);
        };
    }

    /// Forgets all earlier steps.
    public void reset() {
        scoredTokens = 0;
        used = 0;
        summariesScored = 0;
    }

    /// Chooses what is read in the next step.
    ///
    /// @param contextTokens tokens in the cache, the current one included
    /// @param scorer asked once if a new selection is due, else not at all
    public void choose(int contextTokens, PageScorer scorer) {
        if (contextTokens < 1) {
            throw new IllegalArgumentException("a decode step has a context: " + contextTokens);
        }
        used = 0;
        summariesScored = 0;
        switch (pattern) {
            case HeadPattern.Dense dense -> add(0, contextTokens);
            case HeadPattern.Streaming streaming -> {
                add(0, Math.min(streaming.sinkTokens(), contextTokens));
                add(Math.max(0, contextTokens - streaming.windowTokens()), contextTokens);
            }
            case HeadPattern.Retrieval retrieval -> retrieve(retrieval, contextTokens, scorer);
        }
    }

    private void retrieve(HeadPattern.Retrieval retrieval, int contextTokens, PageScorer scorer) {
        if (retrieval.fits(contextTokens)) {
            scoredTokens = 0;
            add(0, contextTokens);
            return;
        }
        int age = contextTokens - scoredTokens;
        // The same length again is another query at the same position, not the next step.
        if (scoredTokens == 0 || age < 1 || age >= policy.attention().refreshInterval()) {
            rank(retrieval, contextTokens, scorer);
        }
        addPages(contextTokens);
    }

    private void rank(HeadPattern.Retrieval retrieval, int contextTokens, PageScorer scorer) {
        int pages = geometry.pages(contextTokens);
        float[] scores = scorer.score(pages);
        double scale = 1 / Math.sqrt(policy.headSize());
        GroupScores.share(policy.attention().groupRule(), scores, policy.groupSize(), pages, scale);
        sinkPages = retrieval.sinkPages(geometry, contextTokens);
        bestPages = retrieval.budgetPages(geometry, contextTokens) - 1 - sinkPages;
        if (scratch.length < bestPages) {
            scratch = new long[bestPages + bestPages / 4];
            best = new int[scratch.length];
        }
        TopPages.best(scores, sinkPages, pages - 1 - sinkPages, scratch, best, bestPages);
        for (int i = 0; i < bestPages; i++) {
            best[i] += sinkPages;
        }
        scoredTokens = contextTokens;
        summariesScored = policy.attention().exactScores() ? 0 : geometry.summaries(contextTokens);
    }

    /// See [Ranking#tokens].
    private void addPages(int contextTokens) {
        int newest = geometry.pages(contextTokens) - 1;
        int thenNewest = geometry.pages(scoredTokens) - 1;
        int most = 1 + sinkPages + bestPages;
        if (kept.length < most) {
            kept = new int[most + most / 4];
            bounds = new int[2 * kept.length];
        }
        int count = 0;
        kept[count++] = newest;
        for (int page = 0; page < sinkPages; page++) {
            kept[count++] = page;
        }
        for (int page = newest - 1; page >= thenNewest && count < most; page--) {
            kept[count++] = page;
        }
        System.arraycopy(best, 0, kept, count, most - count);
        Arrays.sort(kept, 0, most);
        for (int i = 0; i < most; i++) {
            int from = kept[i] * geometry.pageTokens();
            add(from, Math.min(from + geometry.pageTokens(), contextTokens));
        }
    }

    /// Adds a range that starts at or after every earlier one.
    private void add(int from, int to) {
        if (from >= to) {
            return;
        }
        if (used > 0 && from <= bounds[used - 1]) {
            bounds[used - 1] = Math.max(bounds[used - 1], to);
            return;
        }
        bounds[used++] = from;
        bounds[used++] = to;
    }

    /// Key summaries scored in the latest step.
    public int summariesScored() {
        return summariesScored;
    }

    /// Number of ranges of tokens.
    public int ranges() {
        return used / 2;
    }

    /// First token of range `index`.
    public int from(int index) {
        return bounds[2 * index];
    }

    /// The token after the last of range `index`.
    public int to(int index) {
        return bounds[2 * index + 1];
    }

    /// A copy of what was read.
    public HeadRead read() {
        return new HeadRead(summariesScored, TokenSet.ofRanges(Arrays.copyOf(bounds, used)));
    }
}
