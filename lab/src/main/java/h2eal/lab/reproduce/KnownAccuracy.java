package h2eal.lab.reproduce;

import h2eal.lab.measure.Shipped;
import java.util.List;

/// What a setting is known to cost in accuracy. Models of 7 to 8 billion weights are not evaluated here, but the sizes
/// of our default are those of LServe (MLSys 2025, arXiv 2502.14866, accuracy tables), which were: half of the heads
/// stream, pages of 64 tokens in summaries of 16, a selection kept for 4 steps. LServe keeps its cache in 8 bits; its
/// summaries hold the numbers of that cache. Another preset is evaluated by us, on the small model that is shipped.
///
/// @param source who measured it: LServe, or an experiment of ours
/// @param model that was asked
/// @param setting as [SpeedUp#setting] names it
/// @param benchmark what it was asked
/// @param dense mean score of dense attention, points of 100
/// @param sparse mean score of the setting
public record KnownAccuracy(
        String source, String model, String setting, String benchmark, double dense, double sparse) {

    /// All that is known of settings simulated here.
    public static final List<KnownAccuracy> ALL = List.of(
            lserve("llama-2-7b", "4096", "LongBench, 8 tasks", 39.5, 39.4),
            lserve("llama-3-8b", "4096", "LongBench, 8 tasks", 38.9, 38.6),
            lserve("llama-3-8b", "4096", "RULER at 64K", 86.8, 85.6),
            lserve("llama-3-8b", "4096", "RULER at 256K", 79.4, 75.7),
            lserve("llama-3-8b", "8192", "RULER at 64K", 86.8, 86.1),
            lserve("llama-3-8b", "8192", "RULER at 256K", 79.4, 79.1),
            new KnownAccuracy(
                    "accuracy-headline",
                    Shipped.PRESET,
                    "h2eal-accurate",
                    "17 tasks at 4K, 30 contexts each",
                    37.63,
                    37.50));

    private static KnownAccuracy lserve(
            String model, String budgetTokens, String benchmark, double dense, double sparse) {
        return new KnownAccuracy("LServe", model, Ratios.setting(budgetTokens, "0.5"), benchmark, dense, sparse);
    }

    /// What is known of a setting: of the same model, and of the shipped one.
    public static List<KnownAccuracy> of(String model, String setting) {
        String sizes = setting.equals(Ratios.DEFAULT) ? Ratios.setting("4096", "0.5") : setting;
        return ALL.stream()
                .filter(row ->
                        row.setting.equals(sizes) && (row.model.equals(model) || row.model.equals(Shipped.PRESET)))
                .toList();
    }

    /// Share of the dense score that was lost, such as 0.0077.
    public double drop() {
        return 1 - sparse / dense;
    }
}
