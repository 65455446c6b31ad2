package h2eal.selection;

import h2eal.attention.Budget;
import h2eal.attention.HeadPattern;
import h2eal.attention.HeadRead;
import h2eal.attention.PageGeometry;
import java.util.Arrays;
import java.util.Objects;

/// What one KV head reads, step after step, in memory that is used again: a decode step allocates nothing. It is the
/// twin of [SelectionPolicy#select] for policies that select by rank alone.
///
/// Mutable; for one thread at a time.
public final class ReusedSelection {

    private final SelectionPolicy policy;
    private final HeadPattern pattern;
    private final PageGeometry geometry;
    /// What each query head reads; the first entry alone is in use while they share a selection.
    private final TokenRanges[] tokens;
    /// What they read together, where they do not share a selection.
    private final TokenRanges together = new TokenRanges();
    /// Selections of this step: one, or one per query head.
    private int lists = 1;
    private int summariesScored;
    /// Tokens in the cache at the latest scoring; 0 if there was none.
    private int scoredTokens;
    private int sinkPages;
    private int bestPages;
    /// Best pages of each selection, strongest first.
    private final int[][] best;
    private int[] kept = {};
    private int[] keptTogether = {};
    private long[] scratch = {};
    /// One bit per page: puts pages in order without sorting, which would allocate. All zero between uses.
    private long[] marks = {};

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
        best = new int[GroupScores.selections(policy.attention().groupRule(), policy.groupSize())][0];
        tokens = new TokenRanges[best.length];
        Arrays.setAll(tokens, i -> new TokenRanges());
    }

    /// Whether a head's selections are made by rank alone.
    public static boolean fits(SelectionPolicy policy, HeadPattern pattern) {
        return switch (pattern) {
            case HeadPattern.Dense dense -> true;
            case HeadPattern.Streaming streaming -> true;
            case HeadPattern.Retrieval retrieval ->
                retrieval.banks() == 1 && !(retrieval.budget() instanceof Budget.MassTarget);
        };
    }

    /// Forgets all earlier steps.
    public void reset() {
        scoredTokens = 0;
        lists = 1;
        tokens[0].clear();
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
        lists = 1;
        tokens[0].clear();
        summariesScored = 0;
        switch (pattern) {
            case HeadPattern.Dense dense -> tokens[0].add(0, contextTokens);
            case HeadPattern.Streaming streaming -> {
                tokens[0].add(0, Math.min(streaming.sinkTokens(), contextTokens));
                tokens[0].add(Math.max(0, contextTokens - streaming.windowTokens()), contextTokens);
            }
            case HeadPattern.Retrieval retrieval -> retrieve(retrieval, contextTokens, scorer);
        }
    }

    private void retrieve(HeadPattern.Retrieval retrieval, int contextTokens, PageScorer scorer) {
        if (retrieval.fits(contextTokens)) {
            scoredTokens = 0;
            tokens[0].add(0, contextTokens);
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
        }
        for (int list = 0; list < best.length; list++) {
            if (best[list].length < bestPages) {
                best[list] = new int[scratch.length];
            }
            int at = list * pages + sinkPages;
            TopPages.best(scores, at, pages - 1 - sinkPages, scratch, best[list], bestPages);
            for (int i = 0; i < bestPages; i++) {
                best[list][i] += sinkPages;
            }
        }
        scoredTokens = contextTokens;
        summariesScored = policy.attention().exactScores() ? 0 : geometry.summaries(contextTokens);
    }

    /// See [Ranking#tokens].
    private void addPages(int contextTokens) {
        lists = best.length;
        int most = 1 + sinkPages + bestPages;
        if (kept.length < most) {
            kept = new int[most + most / 4];
            keptTogether = new int[lists == 1 ? 0 : lists * kept.length];
        }
        for (int list = 0; list < lists; list++) {
            keep(best[list], most, geometry.pages(contextTokens) - 1);
            add(kept, most, contextTokens, tokens[list]);
            if (lists > 1) {
                System.arraycopy(kept, 0, keptTogether, list * most, most);
            }
        }
        if (lists > 1) {
            add(keptTogether, lists * most, contextTokens, together);
        }
    }

    private void keep(int[] ranked, int most, int newest) {
        int thenNewest = geometry.pages(scoredTokens) - 1;
        int count = 0;
        kept[count++] = newest;
        for (int page = 0; page < sinkPages; page++) {
            kept[count++] = page;
        }
        for (int page = newest - 1; page >= thenNewest && count < most; page--) {
            kept[count++] = page;
        }
        System.arraycopy(ranked, 0, kept, count, most - count);
    }

    private void add(int[] pages, int count, int contextTokens, TokenRanges ranges) {
        int words = Math.ceilDiv(geometry.pages(contextTokens), Long.SIZE);
        if (marks.length < words) {
            marks = new long[words + words / 4];
        }
        for (int i = 0; i < count; i++) {
            marks[pages[i] / Long.SIZE] |= 1L << pages[i];
        }
        ranges.clear();
        for (int word = 0; word < words; word++) {
            for (long left = marks[word]; left != 0; left &= left - 1) {
                int from = (word * Long.SIZE + Long.numberOfTrailingZeros(left)) * geometry.pageTokens();
                ranges.add(from, Math.min(from + geometry.pageTokens(), contextTokens));
            }
            marks[word] = 0;
        }
    }

    /// Key summaries scored in the latest step.
    public int summariesScored() {
        return summariesScored;
    }

    /// Selections of the latest step: one that all query heads share, or one for each of them.
    public int selections() {
        return lists;
    }

    /// What the query heads of selection `index` attend.
    public TokenRanges tokens(int index) {
        return tokens[Objects.checkIndex(index, lists)];
    }

    /// What is read from memory: all that any query head attends.
    public TokenRanges allTokens() {
        return lists == 1 ? tokens[0] : together;
    }

    /// A copy of what was read.
    public HeadRead read() {
        return new HeadRead(summariesScored, allTokens().tokens());
    }
}
