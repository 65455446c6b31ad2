package h2eal.lab.spec;

import h2eal.attention.HybridAttention;
import java.util.Objects;
import java.util.OptionalInt;

/// The `attention:` block of an experiment.
///
/// @param name name of the preset or file, for tables
/// @param hybrid what every kind of head reads
/// @param streamingShare share of the KV heads that are streaming heads, 0 to 1
/// @param shareFromHeads whether a head file that advises a smaller share, as `profile` writes it, is followed
/// @param budgetRatio most times that the budget of the head of the highest gate exceeds that of the lowest; budgets
///     are in proportion to gates within it, the same in sum; 1 gives all heads the same
/// @param forcedHeads heads of the highest copy score that never stream, whatever their gate; if empty, as many as
///     [CombinedRule#usual] where copy scores are known, and none where they are not
public record Attention(
        String name,
        HybridAttention hybrid,
        double streamingShare,
        boolean shareFromHeads,
        double budgetRatio,
        OptionalInt forcedHeads) {

    /// An attention whose head files decide nothing but the order of the heads.
    public Attention(String name, HybridAttention hybrid, double streamingShare) {
        this(name, hybrid, streamingShare, false, 1, OptionalInt.empty());
    }

    public Attention {
        if (!(budgetRatio >= 1)) {
            throw new IllegalArgumentException("budgetRatio must be at least 1: " + budgetRatio);
        }
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(hybrid, "hybrid");
        Objects.requireNonNull(forcedHeads, "forcedHeads");
        if (!(streamingShare >= 0 && streamingShare <= 1)) {
            throw new IllegalArgumentException("streamingShare must be from 0 to 1: " + streamingShare);
        }
    }

    /// This attention with another policy.
    public Attention with(HybridAttention other) {
        return new Attention(name, other, streamingShare, shareFromHeads, budgetRatio, forcedHeads);
    }

    /// This attention with another share of streaming heads.
    public Attention withShare(double share) {
        return new Attention(name, hybrid, share, shareFromHeads, budgetRatio, forcedHeads);
    }
}
