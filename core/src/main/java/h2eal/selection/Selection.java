package h2eal.selection;

import h2eal.attention.HeadRead;
import h2eal.attention.TokenSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What one KV head reads in one decode step, and what it must remember to read the same pages in the next one.
/// Made by [SelectionPolicy#select], which takes the selection of the step before.
public final class Selection {

    private static final Selection NONE = unscored(TokenSet.empty());

    private final HeadRead read;
    private final List<TokenSet> tokens;
    private final List<Ranking> rankings;
    private final Optional<MassEstimate> mass;

    private Selection(HeadRead read, List<TokenSet> tokens, List<Ranking> rankings, Optional<MassEstimate> mass) {
        this.read = read;
        this.tokens = tokens;
        this.rankings = rankings;
        this.mass = mass;
    }

    /// The selection before the first step of a sequence.
    public static Selection none() {
        return NONE;
    }

    /// A selection that needed no scores.
    static Selection unscored(TokenSet tokens) {
        return new Selection(new HeadRead(0, tokens), List.of(tokens), List.of(), Optional.empty());
    }

    /// A selection of ranked pages.
    ///
    /// @param tokens what each query head attends; one set when the group shares it
    /// @param rankings the ranked pages the sets were cut from, one per set
    /// @param mass what is known of the attention behind the pages
    static Selection ranked(
            int summariesScored, List<TokenSet> tokens, List<Ranking> rankings, Optional<MassEstimate> mass) {
        TokenSet union = tokens.getFirst();
        for (TokenSet other : tokens.subList(1, tokens.size())) {
            union = union.union(other);
        }
        return new Selection(new HeadRead(summariesScored, union), tokens, rankings, mass);
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

    /// The share of the attention that the pages read are estimated to hold, mean over the query heads; empty unless
    /// the budget is a [target][h2eal.attention.Budget.MassTarget], the pages were chosen in this step and their
    /// weights were [measured][SelectionPolicy#measured].
    public OptionalDouble estimatedShare() {
        return mass.isPresent() && mass.get().isMeasured()
                ? OptionalDouble.of(1 - mass.get().latestDropped())
                : OptionalDouble.empty();
    }

    /// This selection with what its pages turned out to hold.
    Selection with(MassEstimate measured) {
        return new Selection(read, tokens, rankings, Optional.of(measured));
    }

    /// What is known of the attention behind the pages, if there is a mass target; not to be changed.
    Optional<MassEstimate> mass() {
        return mass;
    }

    /// The ranked pages behind this selection; empty when nothing was scored.
    List<Ranking> rankings() {
        return rankings;
    }
}
