package h2eal.lab.reproduce;

import h2eal.lab.reproduce.Evaluation.Landing;
import h2eal.lab.reproduce.Evaluation.Reach;
import h2eal.lab.result.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// Finds the context at which a setting reaches a number of the paper.
final class Landings {

    private Landings() {}

    /// One landing per number, model, baseline and setting.
    static List<Landing> of(List<SpeedUp> rows) {
        Map<Curve, List<SpeedUp>> curves = new LinkedHashMap<>();
        for (SpeedUp row : rows) {
            if (row.scope() == Scope.ATTENTION && row.system().equals("h2eal")) {
                curves.computeIfAbsent(
                                new Curve(row.model(), row.baseline(), row.setting()), curve -> new ArrayList<>())
                        .add(row);
            }
        }
        List<Landing> landings = new ArrayList<>();
        for (PaperNumber number : PaperNumber.ALL) {
            curves.forEach((curve, points) -> landings.add(landing(curve, points, number)));
        }
        return landings;
    }

    private record Curve(String model, String baseline, String setting) {

        Landing landing(PaperNumber number, Reach reach, OptionalDouble contextTokens) {
            return new Landing(number.name(), number.value(), model, baseline, setting, reach, contextTokens);
        }
    }

    /// Ratios grow with the context, nearly as a power of it.
    private static Landing landing(Curve curve, List<SpeedUp> points, PaperNumber number) {
        List<SpeedUp> sorted = points.stream()
                .sorted(Comparator.comparingInt(SpeedUp::context))
                .toList();
        if (sorted.getFirst().ratio(number.quantity()) >= number.value()) {
            return curve.landing(number, Reach.ALWAYS, OptionalDouble.empty());
        }
        for (int i = 1; i < sorted.size(); i++) {
            double below = sorted.get(i - 1).ratio(number.quantity());
            double above = sorted.get(i).ratio(number.quantity());
            if (above >= number.value()) {
                double part = Math.log(number.value() / below) / Math.log(above / below);
                double from = sorted.get(i - 1).context();
                double context = from * Math.pow(sorted.get(i).context() / from, part);
                return curve.landing(number, Reach.AT, OptionalDouble.of(context));
            }
        }
        return curve.landing(number, Reach.NEVER, OptionalDouble.empty());
    }
}
