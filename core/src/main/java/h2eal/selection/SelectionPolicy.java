package h2eal.selection;

import h2eal.attention.Budget;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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

    /// Separate selections that the query heads of a group make.
    int selections() {
        return GroupScores.selections(attention.groupRule(), groupSize);
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
                ? reuse(contextTokens, previous)
                : score(pattern, contextTokens, scorer, previous.mass());
    }

    private Selection reuse(int contextTokens, Selection previous) {
        Optional<MassEstimate> mass = previous.mass().map(MassEstimate::copy);
        mass.ifPresent(MassEstimate::reuse);
        return cut(0, contextTokens, previous.rankings(), mass);
    }

    private Selection score(
            HeadPattern.Retrieval pattern, int contextTokens, PageScorer scorer, Optional<MassEstimate> earlier) {
        PageGeometry geometry = attention.geometry();
        int pages = geometry.pages(contextTokens);
        float[] scores = scorer.score(pages);
        Optional<MassEstimate> mass = pattern.massTarget()
                .map(target ->
                        earlier.map(MassEstimate::copy).orElseGet(() -> new MassEstimate(groupSize, selections())));
        mass.ifPresent(estimate -> estimate.score(scores, pages, scale()));
        GroupScores.share(attention.groupRule(), scores, groupSize, pages, scale());
        List<Ranking> rankings = new ArrayList<>(selections());
        for (int row = 0; row < selections(); row++) {
            Ranking most = rank(scores, row, pattern, contextTokens);
            rankings.add(
                    mass.isEmpty() ? most : cut(most, row, pattern.massTarget().orElseThrow(), mass.get()));
        }
        int summariesScored = attention.exactScores() ? 0 : geometry.summaries(contextTokens);
        return cut(summariesScored, contextTokens, rankings, mass);
    }

    private Ranking cut(Ranking most, int selection, Budget.MassTarget target, MassEstimate mass) {
        int[] best = most.best();
        return most.keep(
                mass.cut(target, attention.geometry().pageTokens(), most.sinkPages(), best, best.length, selection));
    }

    /// The selection with the attention that its pages turned out to hold, which makes the next forecast better. Only
    /// for selections by a mass target that were made in this step; others come back as they are.
    ///
    /// @param logMasses logarithms of the sum of exp(scaled score) over each page read, ascending by page; one row per
    ///     query head
    public Selection measured(Selection selection, double[][] logMasses) {
        if (selection.mass().isEmpty() || !selection.mass().get().isScored()) {
            return selection;
        }
        MassEstimate mass = selection.mass().get().copy();
        for (int row = 0; row < groupSize; row++) {
            int[] read = selection.tokens(row).pageNumbers(attention.geometry().pageTokens());
            for (int i = 0; i < read.length; i++) {
                mass.read(row, read[i], logMasses[row][i]);
            }
        }
        mass.learn();
        return selection.with(mass);
    }

    /// The most pages that the budget allows.
    private Ranking rank(float[] scores, int row, HeadPattern.Retrieval pattern, int contextTokens) {
        PageGeometry geometry = attention.geometry();
        int pages = geometry.pages(contextTokens);
        int sinkPages = pattern.sinkPages(geometry, contextTokens);
        int free = pattern.budgetPages(geometry, contextTokens) - 1 - sinkPages;
        int[] best = new int[free];
        new TopPages(pattern.banks()).choose(scores, row * pages, sinkPages, pages - 1, best, free);
        return new Ranking(contextTokens, pages, sinkPages, best);
    }

    /// Factor of a score inside the softmax.
    double scale() {
        return 1 / Math.sqrt(headSize);
    }

    private Selection cut(int summariesScored, int contextTokens, List<Ranking> rankings, Optional<MassEstimate> mass) {
        List<TokenSet> tokens = rankings.stream()
                .map(ranking -> ranking.tokens(attention.geometry(), contextTokens))
                .toList();
        return Selection.ranked(summariesScored, tokens, rankings, mass);
    }
}
