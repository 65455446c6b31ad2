package h2eal.lab.reproduce;

import h2eal.lab.reproduce.Evaluation.Landing;
import h2eal.lab.reproduce.Evaluation.Passing;
import h2eal.lab.reproduce.Evaluation.Strongest;
import h2eal.lab.reproduce.PaperNumber.Quantity;
import h2eal.lab.result.Scope;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

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
        return landings.stream()
                .filter(landing -> landing.baseline().equals(BASELINE))
                .flatMap(landing -> passing(landing).stream())
                .toList();
    }

    private static Optional<Passing> passing(Landing landing) {
        OptionalDouble speed = highest(landing, Quantity.SPEED);
        OptionalDouble energy = highest(landing, Quantity.ENERGY);
        return speed.isEmpty() || energy.isEmpty()
                ? Optional.empty()
                : Optional.of(new Passing(
                        landing.model(),
                        landing.setting(),
                        speed.getAsDouble(),
                        energy.getAsDouble(),
                        KnownAccuracy.of(landing.model(), landing.setting())));
    }

    private static OptionalDouble highest(Landing landing, Quantity quantity) {
        PaperNumber number = PaperNumber.ALL.stream()
                .filter(each -> each.quantity() == quantity && !each.lowest())
                .findFirst()
                .orElseThrow();
        return landing.places().get(PaperNumber.ALL.indexOf(number)).from();
    }
}
