package h2eal.lab.eval.study;

import h2eal.attention.Budget;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.lab.spec.Attention;
import h2eal.runtime.AttentionMode;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/// Makes attentions comparable: changes what they may spend until a decode step reads as many bytes as wanted. What is
/// changed is the budget of heads that select, in whole pages, or its mass target; of attentions without a budget the
/// share of streaming heads, then their window. Nothing else.
///
/// @param rehearsal what is read is measured on it
/// @param heads the head map of an attention
/// @param contextTokens no budget and no window is above it
record EqualBytes(Rehearsal rehearsal, Function<Attention, HeadMap> heads, int contextTokens) {

    /// Quarters of a halving of the share that may be dropped.
    private static final int MOST_HALVINGS = 60;

    /// The attention that reads most of those that read at least `factor` times fewer bytes than dense attention.
    Attention at(Attention attention, double factor) {
        HybridAttention hybrid = attention.hybrid();
        if (hybrid.retrieval().budget() instanceof Budget.MassTarget target) {
            return most(MOST_HALVINGS, factor, halvings -> withTarget(attention, target, halvings));
        }
        if (!hybrid.retrieval().isUnlimited()) {
            int page = hybrid.geometry().pageTokens();
            return most(contextTokens / page, factor, pages -> withBudget(attention, Math.max(2, pages) * page));
        }
        int all = heads.apply(attention).layers() * heads.apply(attention).kvHeads();
        Attention shared = attention.streamingShare() == 1
                ? attention
                : most(all, factor, dense -> attention.withShare(1 - (double) dense / all));
        int step = hybrid.geometry().pageTokens();
        return most(contextTokens / step, factor, windows -> withWindow(shared, Math.max(1, windows) * step));
    }

    private Attention most(int steps, double factor, IntFunction<Attention> attention) {
        int low = 0;
        int high = steps;
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (rehearsal.byteFactor(mode(attention.apply(middle))) >= factor) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return attention.apply(low);
    }

    AttentionMode.Hybrid mode(Attention attention) {
        return new AttentionMode.Hybrid(attention.hybrid(), Optional.of(heads.apply(attention)));
    }

    private static Attention withBudget(Attention attention, int tokens) {
        HeadPattern.Retrieval old = attention.hybrid().retrieval();
        Budget budget = switch (old.budget()) {
            case Budget.Fixed fixed -> new Budget.Fixed(tokens);
            case Budget.Growing growing -> new Budget.Fixed(tokens);
            case Budget.PerContext table -> new Budget.Fixed(tokens);
            case Budget.MassTarget target -> throw new IllegalStateException("a mass target is met by its share");
        };
        return attention.with(
                attention.hybrid().with(new HeadPattern.Retrieval(budget, old.sinkTokens(), old.banks())));
    }

    private static Attention withTarget(Attention attention, Budget.MassTarget target, int halvings) {
        double share = 1 - Math.pow(2, -0.25 * (1 + halvings));
        HeadPattern.Retrieval old = attention.hybrid().retrieval();
        Budget budget = new Budget.MassTarget(share, target.tokens(), target.capTokens());
        return attention.with(
                attention.hybrid().with(new HeadPattern.Retrieval(budget, old.sinkTokens(), old.banks())));
    }

    private static Attention withWindow(Attention attention, int tokens) {
        int sink = attention.hybrid().streaming().sinkTokens();
        return attention.with(attention.hybrid().with(new HeadPattern.Streaming(sink, tokens)));
    }
}
