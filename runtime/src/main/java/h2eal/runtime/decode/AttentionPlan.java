package h2eal.runtime.decode;

import h2eal.attention.GroupRule;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.runtime.cache.Retention;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/// What every KV head of a model reads at a decode step.
///
/// @param attention what each kind of head reads
/// @param heads which head is which; when empty, every head is a retrieval head
/// @param model what the model's own attention prescribes: heads of a layer with a window read that window
public record AttentionPlan(HybridAttention attention, Optional<HeadMap> heads, ModelAttention model) {

    public AttentionPlan {
        Objects.requireNonNull(attention, "attention");
        Objects.requireNonNull(heads, "heads");
        if (attention.compensation() && !model.isFull()) {
            throw new IllegalArgumentException(
                    "compensation for dropped tokens needs a model whose layers all see everything, with plain scores");
        }
    }

    /// A plan for a model whose layers all see everything.
    public AttentionPlan(HybridAttention attention, Optional<HeadMap> heads) {
        this(attention, heads, ModelAttention.full());
    }

    /// This plan for a model of its own rules.
    public AttentionPlan with(ModelAttention rules) {
        return new AttentionPlan(attention, heads, rules);
    }

    /// Every head reads everything.
    public static AttentionPlan dense(PageGeometry geometry) {
        HybridAttention attention = new HybridAttention(
                geometry,
                new HeadPattern.Streaming(0, 1),
                new HeadPattern.Retrieval(Integer.MAX_VALUE),
                SummaryScore.BOX,
                GroupRule.SUM,
                1,
                Integer.MAX_VALUE,
                false);
        return new AttentionPlan(attention, Optional.empty());
    }

    /// How a head reads the cache.
    public HeadPattern pattern(int layer, int kvHead) {
        OptionalInt window = model.window(layer);
        if (window.isPresent()) {
            return new HeadPattern.Streaming(0, window.getAsInt());
        }
        if (heads.isPresent()) {
            return attention.pattern(heads.get(), layer, kvHead);
        }
        return layer < attention.denseLayers() ? new HeadPattern.Dense() : attention.retrieval();
    }

    /// What the queries of a prefill see of a head, if not everything before them: what the model prescribes, or what
    /// the cache keeps.
    ///
    /// @param keepsAll whether the cache keeps all tokens of the head
    public Optional<HeadPattern.Streaming> prefillPattern(int layer, int kvHead, boolean keepsAll) {
        boolean limited = !keepsAll || model.window(layer).isPresent();
        return limited && pattern(layer, kvHead) instanceof HeadPattern.Streaming streaming
                ? Optional.of(streaming)
                : Optional.empty();
    }

    /// Most keys that a query of a prefill attends to, chosen along lines; empty for what [#prefillPattern] says.
    public OptionalInt verticalSlashTokens(int layer, int kvHead) {
        return pattern(layer, kvHead) instanceof HeadPattern.Retrieval
                ? attention.verticalSlashTokens()
                : OptionalInt.empty();
    }

    /// What the cache must keep of a head: summaries for retrieval heads, and everything of every head.
    public Retention retention(int layer, int kvHead) {
        return switch (pattern(layer, kvHead)) {
            case HeadPattern.Retrieval retrieval ->
                attention.exactScores()
                        ? Retention.everything()
                        : new Retention.Everything(Optional.of(attention.score()), attention.summaryPrecision());
            case HeadPattern.Dense dense -> Retention.everything();
            case HeadPattern.Streaming streaming -> Retention.everything();
        };
    }

    /// What the cache must keep of a head when streaming heads forget what they never read again. Their prefill is then
    /// block-sparse: sink and window only. Heads that compensate for what they drop must see it leave, and keep it.
    ///
    /// @param batchTokens most tokens of one prefill batch
    public Retention leastRetention(int layer, int kvHead, int batchTokens) {
        return switch (pattern(layer, kvHead)) {
            case HeadPattern.Streaming streaming ->
                attention.compensation()
                        ? retention(layer, kvHead)
                        : new Retention.Ends(streaming.sinkTokens(), streaming.windowTokens() + batchTokens);
            case HeadPattern.Dense dense -> retention(layer, kvHead);
            case HeadPattern.Retrieval retrieval -> retention(layer, kvHead);
        };
    }
}
