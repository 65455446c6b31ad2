package h2eal.selection;

import h2eal.attention.Budget;
import h2eal.attention.GroupRule;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

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
                ? cut(0, contextTokens, previous.rankings(), previous.mass().chosen(new float[0], 0))
                : score(pattern, contextTokens, scorer, previous.mass());
    }

    private Selection score(HeadPattern.Retrieval pattern, int contextTokens, PageScorer scorer, MassEstimate earlier) {
        PageGeometry geometry = attention.geometry();
        GroupRule rule = attention.groupRule();
        int pages = geometry.pages(contextTokens);
        float[] scores = scorer.score(pages);
        int selections = GroupScores.selections(rule, groupSize);
        float[] scaled = pattern.budget() instanceof Budget.MassTarget ? scaled(scores, pages) : new float[0];
        GroupScores.share(rule, scores, groupSize, pages, scale());
        List<Ranking> rankings = new ArrayList<>(selections);
        double forecast = 0;
        for (int row = 0; row < selections; row++) {
            Ranking most = rank(scores, row, pattern, contextTokens);
            switch (pattern.budget()) {
                case Budget.Fixed fixed -> rankings.add(most);
                case Budget.Growing growing -> rankings.add(most);
                case Budget.PerContext each -> rankings.add(most);
                case Budget.MassTarget target -> {
                    int rows = groupSize / selections;
                    Ranking kept = earlier.cut(most, target, geometry.pageTokens(), scaled, row * rows, rows);
                    forecast += earlier.forecast(kept, scaled, row * rows, rows) / selections;
                    rankings.add(kept);
                }
            }
        }
        int summariesScored = attention.exactScores() ? 0 : geometry.summaries(contextTokens);
        return cut(summariesScored, contextTokens, rankings, earlier.chosen(scaled, forecast));
    }

    /// The selection with the attention that its pages turned out to hold, which makes the next forecast better. Only
    /// for selections by a mass target that were made in this step; others come back as they are.
    ///
    /// @param logMasses logarithms of the sum of exp(scaled score) over each page read, ascending by page; one row per
    ///     query head
    public Selection measured(Selection selection, double[][] logMasses) {
        if (selection.mass().scores().length == 0) {
            return selection;
        }
        TokenSet[] read = new TokenSet[groupSize];
        Arrays.setAll(read, selection::tokens);
        return selection.with(selection.mass().measured(attention.geometry(), read, logMasses));
    }

    private float[] scaled(float[] scores, int pages) {
        float[] scaled = Arrays.copyOf(scores, groupSize * pages);
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= (float) scale();
        }
        return scaled;
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
        return new Ranking(contextTokens, pages, sinkPages, best);
    }

    private double scale() {
        return 1 / Math.sqrt(headSize);
    }

    private Selection cut(int summariesScored, int contextTokens, List<Ranking> rankings, MassEstimate mass) {
        List<TokenSet> tokens = rankings.stream()
                .map(ranking -> ranking.tokens(attention.geometry(), contextTokens))
                .toList();
        return Selection.ranked(summariesScored, tokens, rankings, mass);
    }
}
