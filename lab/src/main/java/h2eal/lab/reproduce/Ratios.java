package h2eal.lab.reproduce;

import h2eal.lab.result.ResultRow;
import h2eal.lab.result.ResultTable;
import h2eal.lab.result.Scope;
import java.util.ArrayList;
import java.util.List;

/// Joins results with the baselines of the same model and context.
final class Ratios {

    private static final List<String> BASELINES = List.of("hb-remote", "hb-head", "hb-tiled");
    private static final String SYSTEM = "mapping";

    /// How the setting of the default preset is called.
    static final String DEFAULT = "default";

    private final ResultTable baselines;

    /// @param baselines rows with the axes `model`, `mapping`, `context`
    Ratios(ResultTable baselines) {
        this.baselines = baselines;
    }

    /// `h2eal` over every baseline, and the best baseline over the others: what mapping gives without sparsity.
    List<SpeedUp> systems() {
        List<SpeedUp> all = new ArrayList<>();
        for (ResultRow row : baselines.rows()) {
            String system = row.at(SYSTEM);
            if (system.equals("h2eal") || system.equals("hb-tiled")) {
                all.addAll(over(row, system, DEFAULT));
            }
        }
        return all;
    }

    /// Other settings of `h2eal` over every baseline.
    List<SpeedUp> settings(ResultTable settings) {
        return settings.rows().stream()
                .flatMap(row -> over(row, "h2eal", setting(row.at("budgetTokens"), row.at("streamingShare"))).stream())
                .toList();
    }

    /// Other presets of `h2eal` over every baseline.
    List<SpeedUp> presets(ResultTable presets) {
        return presets.rows().stream()
                .flatMap(row -> over(row, "h2eal", row.at("attention")).stream())
                .toList();
    }

    /// How a setting other than the default is called.
    static String setting(String budgetTokens, String streamingShare) {
        return "budget %s, streaming share %s".formatted(budgetTokens, streamingShare);
    }

    private List<SpeedUp> over(ResultRow row, String system, String setting) {
        List<SpeedUp> all = new ArrayList<>();
        for (ResultRow baseline : baselines.rows()) {
            String name = baseline.at(SYSTEM);
            boolean same = baseline.at("model").equals(row.at("model"))
                    && baseline.at("context").equals(row.at("context"));
            if (same && BASELINES.contains(name) && !name.equals(system)) {
                for (Scope scope : Scope.values()) {
                    all.add(SpeedUp.of(row, system, setting, baseline, name, scope));
                }
            }
        }
        return all;
    }
}
