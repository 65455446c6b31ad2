package h2eal.attention;

import java.util.Objects;
import java.util.OptionalInt;

/// The `attention:` block of an experiment: everything that decides what is read, except which heads are which.
/// Accuracy and cost of one experiment come from the same value.
///
/// @param geometry page and summary sizes
/// @param streaming pattern of the streaming heads
/// @param retrieval pattern of the retrieval heads
/// @param score how a summary is scored
/// @param groupRule how the query heads of a group agree
/// @param refreshInterval decode steps between selections (C); 1 selects at every step
/// @param denseLayers first layers that read densely, whatever the head map says
/// @param compensation whether streaming heads add one token that stands for all they drop (RazorAttention)
/// @param exactScores whether pages are ranked by the attention that they really hold instead of by `score`: an oracle
/// whose scores cost nothing, which bounds what any score could reach
/// @param summaryPrecision how summaries are stored
/// @param verticalSlashTokens most keys that a query of a prefill attends to on a retrieval head, along the vertical
/// and slash lines that hold most of the attention (MInference); empty for all. Decode steps do not depend on it
public record HybridAttention(
        PageGeometry geometry,
        HeadPattern.Streaming streaming,
        HeadPattern.Retrieval retrieval,
        SummaryScore score,
        GroupRule groupRule,
        int refreshInterval,
        int denseLayers,
        boolean compensation,
        boolean exactScores,
        SummaryPrecision summaryPrecision,
        OptionalInt verticalSlashTokens) {

    /// A policy that ranks pages by their summaries, stored as the cache is.
    public HybridAttention(
            PageGeometry geometry,
            HeadPattern.Streaming streaming,
            HeadPattern.Retrieval retrieval,
            SummaryScore score,
            GroupRule groupRule,
            int refreshInterval,
            int denseLayers,
            boolean compensation) {
        this(
                geometry,
                streaming,
                retrieval,
                score,
                groupRule,
                refreshInterval,
                denseLayers,
                compensation,
                false,
                SummaryPrecision.CACHE,
                OptionalInt.empty());
    }

    public HybridAttention {
        Objects.requireNonNull(geometry, "geometry");
        Objects.requireNonNull(streaming, "streaming");
        Objects.requireNonNull(retrieval, "retrieval");
        Objects.requireNonNull(score, "score");
        Objects.requireNonNull(groupRule, "groupRule");
        Objects.requireNonNull(summaryPrecision, "summaryPrecision");
        Objects.requireNonNull(verticalSlashTokens, "verticalSlashTokens");
        if (refreshInterval < 1 || denseLayers < 0) {
            throw new IllegalArgumentException("refreshInterval must be at least 1 and denseLayers at least 0: %d, %d"
                    .formatted(refreshInterval, denseLayers));
        }
        if (verticalSlashTokens.isPresent() && verticalSlashTokens.getAsInt() < 1) {
            throw new IllegalArgumentException(
                    "verticalSlashTokens must be at least 1: " + verticalSlashTokens.getAsInt());
        }
        if (retrieval.budget().leastTokens(1) < geometry.pageTokens()) {
            throw new IllegalArgumentException("a budget must be at least pageTokens, the newest page is always read: "
                    + "%d, %d".formatted(retrieval.budget().leastTokens(1), geometry.pageTokens()));
        }
    }

    /// How one head of a layer reads the cache under a head map. A retrieval head of unlimited budget is a dense head:
    /// it neither keeps nor scores summaries.
    public HeadPattern pattern(HeadMap heads, int layer, int kvHead) {
        if (layer >= denseLayers && !heads.isRetrieval(layer, kvHead)) {
            return streaming;
        }
        if (layer < denseLayers || retrieval.isUnlimited()) {
            return new HeadPattern.Dense();
        }
        return retrieval.scaled(heads.budgetFactor(layer, kvHead), geometry.pageTokens());
    }

    /// This policy with other prefills.
    public HybridAttention withVerticalSlash(OptionalInt mostTokens) {
        return with(streaming, retrieval, mostTokens);
    }

    /// This policy with other retrieval heads.
    public HybridAttention with(HeadPattern.Retrieval other) {
        return with(streaming, other, verticalSlashTokens);
    }

    /// This policy with other streaming heads.
    public HybridAttention with(HeadPattern.Streaming other) {
        return with(other, retrieval, verticalSlashTokens);
    }

    private HybridAttention with(HeadPattern.Streaming ends, HeadPattern.Retrieval selected, OptionalInt lines) {
        return new HybridAttention(
                geometry,
                ends,
                selected,
                score,
                groupRule,
                refreshInterval,
                denseLayers,
                compensation,
                exactScores,
                summaryPrecision,
                lines);
    }
}
