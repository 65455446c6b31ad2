package h2eal.selection;

import h2eal.attention.Budget;
import h2eal.attention.GroupRule;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// Decides what a KV head reads in a decode step: scores in, what is read out. A pure function; the only state is the
/// previous [Selection], which the caller threads through.
///
/// A retrieval head reads as many pages as fit its budget *including* the forced ones: the newest page, then the pages
/// that hold the sink. The rest go to the highest scores, ties to the lower page. While the context fits the budget it
/// reads everything and scores nothing.
///
/// @param attention what is read, except which heads are which
/// @param groupSize query heads per KV head
/// @param headSize numbers in one key; scales the scores where query heads are compared
public record SelectionPolicy(HybridAttention attention, int groupSize, int headSize) {

    public SelectionPolicy {
        Objects.requireNonNull(attention, "attention");
        if (groupSize < 1 || headSize < 1) {
            throw new IllegalArgumentException(
                    "groupSize and headSize must be positive: %d, %d".formatted(groupSize, headSize));
        }
    }

    /// What one KV head reads in this step.
    ///
    /// @param contextTokens tokens in the cache, the current one included
    /// @param scorer asked once if a new selection is due, else not at all
    /// @param previous this head's selection of the step before; [Selection#none] at the start of a sequence
    public Selection select(HeadPattern pattern, int contextTokens, PageScorer scorer, Selection previous) {
        if (contextTokens < 1) {
            throw new IllegalArgumentException("a decode step has a context: " + contextTokens);
        }
        return switch (pattern) {
            case HeadPattern.Dense dense -> Selection.unscored(TokenSet.range(0, contextTokens));
            case HeadPattern.Streaming streaming -> Selection.unscored(streaming.tokens(contextTokens));
            case HeadPattern.Retrieval retrieval -> retrieve(retrieval, contextTokens, scorer, previous);
        };
    }

    /// Whether [#select] would ask for scores.
    public boolean isDue(HeadPattern pattern, int contextTokens, Selection previous) {
        return pattern instanceof HeadPattern.Retrieval retrieval
                && !retrieval.fits(contextTokens)
                && !isFresh(previous, contextTokens);
    }

    private boolean isFresh(Selection previous, int contextTokens) {
        if (previous.rankings().isEmpty()) {
            return false;
        }
        int age = contextTokens - previous.rankings().getFirst().contextTokens();
        // The same length again is another query at the same position, not the next step.
        return age >= 1 && age < attention.refreshInterval();
    }

    private Selection retrieve(
            HeadPattern.Retrieval pattern, int contextTokens, PageScorer scorer, Selection previous) {
        if (pattern.fits(contextTokens)) {
            return Selection.unscored(TokenSet.range(0, contextTokens));
        }
        return isFresh(previous, contextTokens)
                ? cut(0, contextTokens, previous.rankings())
                : score(pattern, contextTokens, scorer);
    }

    private Selection score(HeadPattern.Retrieval pattern, int contextTokens, PageScorer scorer) {
        PageGeometry geometry = attention.geometry();
        GroupRule rule = attention.groupRule();
        int pages = geometry.pages(contextTokens);
        float[] scores = scorer.score(pages);
        int selections = GroupScores.selections(rule, groupSize);
        List<PageShares> shares =
                pattern.budget() instanceof Budget.MassTarget ? shares(scores, selections, contextTokens) : List.of();
        GroupScores.share(rule, scores, groupSize, pages, scale());
        List<Ranking> rankings = new ArrayList<>(selections);
        for (int row = 0; row < selections; row++) {
            Ranking most = rank(scores, row, pattern, contextTokens);
            rankings.add(
                    switch (pattern.budget()) {
                        case Budget.Fixed fixed -> most;
                        case Budget.Growing growing -> most;
                        case Budget.PerContext each -> most;
                        case Budget.MassTarget target ->
                            shares.get(row).cut(most, target.share(), target.tokens() / geometry.pageTokens());
                    });
        }
        int summariesScored = attention.exactScores() ? 0 : geometry.summaries(contextTokens);
        return cut(summariesScored, contextTokens, rankings);
    }

    /// Estimated shares of the attention, before the scores are reduced to the rows that are selected from.
    private List<PageShares> shares(float[] scores, int selections, int contextTokens) {
        int rows = groupSize / selections;
        return IntStream.range(0, selections)
                .mapToObj(selection ->
                        PageShares.of(scores, selection * rows, rows, attention.geometry(), contextTokens, scale()))
                .toList();
    }

    /// The most pages that the budget allows.
    private Ranking rank(float[] scores, int row, HeadPattern.Retrieval pattern, int contextTokens) {
        PageGeometry geometry = attention.geometry();
        int pages = geometry.pages(contextTokens);
        int sinkPages = pattern.sinkPages(geometry, contextTokens);
        int free = pattern.budgetPages(geometry, contextTokens) - 1 - sinkPages;
        int[] best = pattern.banks() == 1
                ? TopPages.best(scores, row * pages, sinkPages, pages - 1, free)
                : TopPages.balanced(scores, row * pages, sinkPages, pages - 1, free, pattern.banks());
        return new Ranking(contextTokens, sinkPages, best);
    }

    private double scale() {
        return 1 / Math.sqrt(headSize);
    }

    private Selection cut(int summariesScored, int contextTokens, List<Ranking> rankings) {
        List<TokenSet> tokens = rankings.stream()
                .map(ranking -> ranking.tokens(attention.geometry(), contextTokens))
                .toList();
        return Selection.ranked(summariesScored, tokens, rankings);
    }
}
