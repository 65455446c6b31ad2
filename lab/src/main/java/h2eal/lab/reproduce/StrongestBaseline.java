package h2eal.lab.reproduce;

import h2eal.lab.reproduce.Evaluation.Landing;
import h2eal.lab.reproduce.Evaluation.Passing;
import h2eal.lab.reproduce.Evaluation.Reach;
import h2eal.lab.reproduce.Evaluation.Strongest;
import h2eal.lab.reproduce.PaperNumber.Quantity;
import h2eal.lab.result.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What `h2eal` reaches over the strongest dense baseline.
final class StrongestBaseline {

    private static final String BASELINE = "hb-tiled";
    private static final int FROM_CONTEXT = 16 * 1024;

    private StrongestBaseline() {}

    /// @param rows systems with the default setting
    /// @param landings where each setting reaches each number of the paper
    static Strongest of(List<SpeedUp> rows, List<Landing> landings) {
        Optional<SpeedUp> least = rows.stream()
                .filter(row -> row.system().equals("h2eal")
                        && row.baseline().equals(BASELINE)
                        && row.scope() == Scope.ATTENTION
                        && row.context() >= FROM_CONTEXT)
                .min(Comparator.comparingDouble(SpeedUp::idealShare));
        return new Strongest(FROM_CONTEXT, least.map(SpeedUp::idealShare).orElse(0.0), least, passing(landings));
    }

    private static List<Passing> passing(List<Landing> landings) {
        List<Passing> passing = new ArrayList<>();
        for (Landing speed : highest(landings, Quantity.SPEED)) {
            highest(landings, Quantity.ENERGY).stream()
                    .filter(energy -> energy.model().equals(speed.model())
                            && energy.setting().equals(speed.setting()))
                    .findFirst()
                    .ifPresent(energy -> passing.add(new Passing(
                            speed.model(),
                            speed.setting(),
                            context(speed),
                            context(energy),
                            PublishedAccuracy.of(speed.model(), speed.setting()))));
        }
        return passing;
    }

    private static List<Landing> highest(List<Landing> landings, Quantity quantity) {
        PaperNumber number = PaperNumber.ALL.stream()
                .filter(each -> each.quantity() == quantity && !each.lowest())
                .findFirst()
                .orElseThrow();
        return landings.stream()
                .filter(landing -> landing.number().equals(number.name())
                        && landing.baseline().equals(BASELINE)
                        && landing.reach() != Reach.NEVER)
                .toList();
    }

    /// 0 where the shortest simulated context passes already.
    private static double context(Landing landing) {
        return landing.contextTokens().orElse(0);
    }
}
