package h2eal.lab.reproduce;

import java.util.List;

/// What a setting was published to cost in accuracy. Models of 7 to 8 billion weights are not evaluated here, but the
/// sizes of our default are those of LServe (MLSys 2025, arXiv 2502.14866, accuracy tables), which were: half of the
/// heads stream, pages of 64 tokens in summaries of 16, a selection kept for 4 steps. LServe keeps its cache in 8 bits;
/// its summaries hold the numbers of that cache.
///
/// @param benchmark name, and the context if it was one
/// @param dense mean score of dense attention, points of 100
/// @param sparse mean score of the setting
public record PublishedAccuracy(
        String model, int budgetTokens, double streamingShare, String benchmark, double dense, double sparse) {

    /// All that is known of settings simulated here.
    public static final List<PublishedAccuracy> ALL = List.of(
            new PublishedAccuracy("llama-2-7b", 4096, 0.5, "LongBench, 8 tasks", 39.5, 39.4),
            new PublishedAccuracy("llama-3-8b", 4096, 0.5, "LongBench, 8 tasks", 38.9, 38.6),
            new PublishedAccuracy("llama-3-8b", 4096, 0.5, "RULER at 64K", 86.8, 85.6),
            new PublishedAccuracy("llama-3-8b", 4096, 0.5, "RULER at 256K", 79.4, 75.7),
            new PublishedAccuracy("llama-3-8b", 8192, 0.5, "RULER at 64K", 86.8, 86.1),
            new PublishedAccuracy("llama-3-8b", 8192, 0.5, "RULER at 256K", 79.4, 79.1));

    private static final int DEFAULT_BUDGET = 4096;
    private static final double DEFAULT_SHARE = 0.5;

    /// Accuracy published of a setting, as [SpeedUp#setting] names it.
    public static List<PublishedAccuracy> of(String model, String setting) {
        return ALL.stream()
                .filter(row -> row.model.equals(model) && row.describes(setting))
                .toList();
    }

    private boolean describes(String setting) {
        boolean isDefault = budgetTokens == DEFAULT_BUDGET && streamingShare == DEFAULT_SHARE;
        return setting.equals(Ratios.setting(Integer.toString(budgetTokens), Double.toString(streamingShare)))
                || (setting.isEmpty() && isDefault);
    }

    /// Share of the dense score that was lost, such as 0.0077.
    public double drop() {
        return 1 - sparse / dense;
    }
}
