package h2eal.selection;

import h2eal.attention.HeadRead;
import h2eal.attention.TokenSet;
import java.util.List;
import java.util.OptionalDouble;

/// What one KV head reads in one decode step, and what it must remember to read the same pages in the next one.
/// Made by [SelectionPolicy#select], which takes the selection of the step before.
public final class Selection {

    private static final Selection NONE = unscored(TokenSet.empty());

    private final HeadRead read;
    private final List<TokenSet> tokens;
    private final List<Ranking> rankings;

    private Selection(HeadRead read, List<TokenSet> tokens, List<Ranking> rankings) {
        this.read = read;
        this.tokens = tokens;
        this.rankings = rankings;
    }

    /// The selection before the first step of a sequence.
    public static Selection none() {
        return NONE;
    }

    /// A selection that needed no scores.
    static Selection unscored(TokenSet tokens) {
        return new Selection(new HeadRead(0, tokens), List.of(tokens), List.of());
    }

    /// A selection of ranked pages.
    ///
    /// @param tokens what each query head attends; one set when the group shares it
    /// @param rankings the ranked pages the sets were cut from, one per set
    static Selection ranked(int summariesScored, List<TokenSet> tokens, List<Ranking> rankings) {
        TokenSet union = tokens.getFirst();
        for (TokenSet other : tokens.subList(1, tokens.size())) {
            union = union.union(other);
        }
        return new Selection(new HeadRead(summariesScored, union), tokens, rankings);
    }

    /// What the KV head reads from memory.
    public HeadRead read() {
        return read;
    }

    /// The tokens that one query head of the group attends: all that are read, unless every query head selects for
    /// itself.
    public TokenSet tokens(int queryHead) {
        return tokens.size() == 1 ? tokens.getFirst() : tokens.get(queryHead);
    }

    /// The share of the attention that the pages were estimated to hold when they were scored, of the query head that
    /// keeps least; empty unless the budget is a [target][h2eal.attention.Budget.MassTarget].
    public OptionalDouble estimatedShare() {
        if (rankings.isEmpty()) {
            return OptionalDouble.empty();
        }
        return rankings.stream()
                .map(Ranking::keptShare)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .min();
    }

    /// The ranked pages behind this selection; empty when nothing was scored.
    List<Ranking> rankings() {
        return rankings;
    }
}
