package h2eal.selection;

import h2eal.attention.Budget;
import h2eal.attention.HeadPattern;
import h2eal.attention.HeadRead;
import h2eal.attention.PageGeometry;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/// What one KV head reads, step after step, in memory that is used again: a decode step allocates nothing. It is the
/// twin of [SelectionPolicy#select].
///
/// Mutable; for one thread at a time.
public final class ReusedSelection {

    private final SelectionPolicy policy;
    private final HeadPattern pattern;
    private final PageGeometry geometry;
    private final Optional<Budget.MassTarget> target;
    /// What is known of the attention behind the pages, if there is a target.
    private final Optional<MassEstimate> mass;
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
    /// How many best pages each selection reads, and which, strongest first.
    private final int[] bestPages;
    private final int[][] best;
    private final TopPages topPages;
    private int[] kept = {};
    private int[] keptTogether = {};
    /// One bit per page: puts pages in order without sorting, which would allocate. All zero between uses.
    private long[] marks = {};

    /// Selections of one head, which has chosen nothing yet.
    public ReusedSelection(SelectionPolicy policy, HeadPattern pattern) {
        this.policy = policy;
        this.pattern = pattern;
        geometry = policy.attention().geometry();
        best = new int[policy.selections()][0];
        bestPages = new int[best.length];
        tokens = new TokenRanges[best.length];
        Arrays.setAll(tokens, i -> new TokenRanges());
        Optional<HeadPattern.Retrieval> retrieval =
                pattern instanceof HeadPattern.Retrieval selecting ? Optional.of(selecting) : Optional.empty();
        topPages = new TopPages(retrieval.map(HeadPattern.Retrieval::banks).orElse(1));
        target = retrieval.flatMap(HeadPattern.Retrieval::massTarget);
        mass = target.map(share -> new MassEstimate(policy.groupSize(), best.length));
    }

    /// Forgets all earlier steps.
    public void reset() {
        forget();
        lists = 1;
        tokens[0].clear();
        summariesScored = 0;
    }

    private void forget() {
        scoredTokens = 0;
        if (mass.isPresent()) {
            mass.get().forget();
        }
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
            forget();
            tokens[0].add(0, contextTokens);
            return;
        }
        int age = contextTokens - scoredTokens;
        // The same length again is another query at the same position, not the next step.
        if (scoredTokens == 0 || age < 1 || age >= policy.attention().refreshInterval()) {
            rank(retrieval, contextTokens, scorer);
        } else if (mass.isPresent()) {
            mass.get().reuse();
        }
        addPages(contextTokens);
    }

    private void rank(HeadPattern.Retrieval retrieval, int contextTokens, PageScorer scorer) {
        int pages = geometry.pages(contextTokens);
        float[] scores = scorer.score(pages);
        if (mass.isPresent()) {
            mass.get().score(scores, pages, policy.scale());
        }
        GroupScores.share(policy.attention().groupRule(), scores, policy.groupSize(), pages, policy.scale());
        sinkPages = retrieval.sinkPages(geometry, contextTokens);
        int most = retrieval.budgetPages(geometry, contextTokens) - 1 - sinkPages;
        for (int list = 0; list < best.length; list++) {
            if (best[list].length < most) {
                best[list] = new int[most + most / 4];
            }
            topPages.choose(scores, list * pages, sinkPages, pages - 1, best[list], most);
            bestPages[list] = mass.isEmpty()
                    ? most
                    : mass.get().cut(target.get(), geometry.pageTokens(), sinkPages, best[list], most, list);
        }
        scoredTokens = contextTokens;
        summariesScored = policy.attention().exactScores() ? 0 : geometry.summaries(contextTokens);
    }

    /// See [Ranking#tokens].
    private void addPages(int contextTokens) {
        lists = best.length;
        int newest = geometry.pages(contextTokens) - 1;
        int all = 0;
        for (int list = 0; list < lists; list++) {
            int count = 1 + sinkPages + bestPages[list];
            reserve(count, all + count);
            keep(best[list], count, newest);
            add(kept, count, contextTokens, tokens[list]);
            if (lists > 1) {
                System.arraycopy(kept, 0, keptTogether, all, count);
                all += count;
            }
        }
        if (lists > 1) {
            add(keptTogether, all, contextTokens, together);
        }
    }

    private void reserve(int ofList, int all) {
        if (kept.length < ofList) {
            kept = new int[ofList + ofList / 4];
        }
        if (lists > 1 && keptTogether.length < all) {
            keptTogether = Arrays.copyOf(keptTogether, all + all / 4);
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

    /// Whether the step chose pages by a [mass target][h2eal.attention.Budget.MassTarget], which learns from what they
    /// turn out to hold: [#measured] for each, then [#learn].
    public boolean isToBeMeasured() {
        return mass.isPresent() && mass.get().isScored();
    }

    /// Takes in what a page turned out to hold.
    ///
    /// @param queryHead query head of the group
    /// @param logMass logarithm of the sum of exp(scaled score) over the page
    public void measured(int queryHead, int page, double logMass) {
        mass.orElseThrow().read(queryHead, page, logMass);
    }

    /// Makes the next forecast better by what was measured.
    public void learn() {
        mass.orElseThrow().learn();
    }

    /// Whether the pages of the latest step have been measured, so that [#estimatedDrop] is known.
    public boolean hasEstimate() {
        return mass.isPresent() && mass.get().isMeasured();
    }

    /// The share of the attention that the pages not read are estimated to hold, mean over the query heads.
    ///
    /// @throws IllegalStateException unless [#hasEstimate]
    public double estimatedDrop() {
        if (!hasEstimate()) {
            throw new IllegalStateException("nothing was measured in this step");
        }
        return mass.get().latestDropped();
    }

    /// A copy of what was read.
    public HeadRead read() {
        return new HeadRead(summariesScored, allTokens().tokens());
    }
}
