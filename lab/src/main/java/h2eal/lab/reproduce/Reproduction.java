package h2eal.lab.reproduce;

import h2eal.lab.reproduce.Evaluation.Band;
import h2eal.lab.reproduce.Evaluation.Comparison;
import h2eal.lab.reproduce.Evaluation.Headline;
import h2eal.lab.reproduce.Evaluation.Landing;
import h2eal.lab.reproduce.Evaluation.Range;
import h2eal.lab.result.ResultTable;
import h2eal.lab.result.Scope;
import h2eal.lab.yaml.YamlDocument;
import h2eal.lab.yaml.YamlNode.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The experiments that make up the paper's evaluation, and what follows from their results.
public final class Reproduction {

    /// Folders under `experiments/`, in the order they run.
    public static final List<String> EXPERIMENTS = List.of(
            "paper-speedup",
            "ladder",
            "settings",
            "headline",
            "refresh-interval",
            "page-size",
            "placement",
            "mesh",
            "bank-bandwidth");

    private static final String HEADLINE_BASELINE = "hb-head";
    private static final Map<String, String> QUICK = Map.of(
            "paper-speedup",
            "{model: [llama-3-8b], workload: {context: [4K, 32K, 128K]}}",
            "ladder",
            "{model: [llama-3-8b], workload: {context: [32K]}}",
            "settings",
            "{model: [llama-3-8b], attention: {budgetTokens: [1024, 4096]}, workload: {context: [4K, 32K, 128K]}}",
            "headline",
            "{model: [llama-3-8b], workload: {context: [4K, 32K, 128K]}}",
            "refresh-interval",
            "{model: [llama-3-8b], attention: {refreshInterval: [1, 4]}, workload: {steps: 4}}",
            "page-size",
            "{model: [llama-3-8b], attention: {pageTokens: [16, 64]}}",
            "placement",
            "{workload: {context: [32K]}}",
            "mesh",
            "{hardware: {mesh: [4x4, 8x8]}, workload: {context: 32K}}",
            "bank-bandwidth",
            "{hardware: {bank: {pins: [256, 512]}}, workload: {context: 32K}}");

    private Reproduction() {}

    /// The part of an experiment that a quick run leaves.
    public static Optional<Block> restriction(String experiment, boolean quick) {
        return quick ? Optional.of(YamlDocument.parse("quick " + experiment, QUICK.get(experiment))) : Optional.empty();
    }

    /// The evaluation.
    ///
    /// @param tables results of [#EXPERIMENTS], by name
    public static Evaluation evaluate(Map<String, ResultTable> tables) {
        Ratios ratios = new Ratios(tables.get("paper-speedup"));
        List<SpeedUp> rows = ratios.systems();
        List<SpeedUp> settings = Stream.concat(
                        ratios.presets(tables.get("headline")).stream(),
                        ratios.settings(tables.get("settings")).stream())
                .toList();
        List<SpeedUp> ours = rows.stream()
                .filter(row -> row.system().equals("h2eal") && row.baseline().equals(HEADLINE_BASELINE))
                .toList();
        Headline headline = new Headline(range(ours, Scope.ATTENTION), range(ours, Scope.END_TO_END));
        List<Landing> landings =
                Landings.of(Stream.concat(rows.stream(), settings.stream()).toList());
        return new Evaluation(
                rows,
                headline,
                StrongestBaseline.of(rows, landings),
                bands(Stream.concat(rows.stream(), settings.stream()).toList()),
                Ladder.of(tables.get("ladder")),
                comparisons(headline),
                landings,
                EXPERIMENTS.stream().map(tables::get).toList());
    }

    private static Range range(List<SpeedUp> rows, Scope scope) {
        return Range.of(rows.stream().filter(row -> row.scope() == scope).toList());
    }

    private static List<Band> bands(List<SpeedUp> rows) {
        List<SpeedUp> ours = rows.stream()
                .filter(row -> row.system().equals("h2eal") && row.scope() == Scope.ATTENTION)
                .toList();
        List<Band> bands = new ArrayList<>();
        for (String baseline :
                new TreeSet<>(ours.stream().map(SpeedUp::baseline).toList())) {
            for (int context : new TreeSet<>(ours.stream().map(SpeedUp::context).toList())) {
                bands.add(new Band(
                        context,
                        baseline,
                        Range.of(ours.stream()
                                .filter(row -> row.context() == context
                                        && row.baseline().equals(baseline))
                                .toList())));
            }
        }
        return bands;
    }

    private static List<Comparison> comparisons(Headline headline) {
        List<Comparison> comparisons = new ArrayList<>();
        for (Scope scope : Scope.values()) {
            Range range = scope == Scope.ATTENTION ? headline.attention() : headline.endToEnd();
            for (PaperNumber number : PaperNumber.ALL) {
                double ours = range.end(number);
                comparisons.add(new Comparison(
                        number.name(), scope, number.value(), ours, ours / number.value() - 1, reason(scope, number)));
            }
        }
        return comparisons;
    }

    private static String reason(Scope scope, PaperNumber number) {
        return switch (scope) {
            case END_TO_END ->
                "weights of 13 to 16 GB (FP16) are read in every step by both systems, which bounds the ratio; the paper"
                        + " does not say whether its numbers include them";
            case ATTENTION ->
                number.lowest()
                        ? "at our shortest context, 4K, the budget of 4096 tokens covers everything, but hb-head pins 8 or 32"
                                + " heads to 64 tiles and the rest idle; the paper's contexts, budget and tiles are not"
                                + " public"
                        : "at our longest context hb-head still pins 8 or 32 heads to 64 tiles, which multiplies what"
                                + " sparsity saves by up to 8; the paper's contexts, tiles and baseline mapping are not"
                                + " public";
        };
    }
}
