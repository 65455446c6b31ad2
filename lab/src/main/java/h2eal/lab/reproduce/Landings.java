package h2eal.lab.reproduce;

import h2eal.lab.reproduce.Evaluation.Landing;
import h2eal.lab.reproduce.Evaluation.Place;
import h2eal.lab.reproduce.Evaluation.Reach;
import h2eal.lab.result.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// Finds the contexts at which a setting reaches the numbers of the paper.
final class Landings {

    private Landings() {}

    /// One landing per model, baseline and setting.
    static List<Landing> of(List<SpeedUp> rows) {
        Map<Curve, List<SpeedUp>> curves = new LinkedHashMap<>();
        for (SpeedUp row : rows) {
            if (row.scope() == Scope.ATTENTION && row.system().equals("h2eal")) {
                curves.computeIfAbsent(
                                new Curve(row.model(), row.baseline(), row.setting()), curve -> new ArrayList<>())
                        .add(row);
            }
        }
        return curves.entrySet().stream()
                .map(curve -> curve.getKey().landing(curve.getValue()))
                .toList();
    }

    private record Curve(String model, String baseline, String setting) {

        Landing landing(List<SpeedUp> points) {
            List<SpeedUp> sorted = points.stream()
                    .sorted(Comparator.comparingInt(SpeedUp::context))
                    .toList();
            return new Landing(
                    model,
                    baseline,
                    setting,
                    PaperNumber.ALL.stream()
                            .map(number -> place(sorted, number))
                            .toList());
        }
    }

    /// Ratios grow with the context, nearly as a power of it.
    private static Place place(List<SpeedUp> sorted, PaperNumber number) {
        if (sorted.getFirst().ratio(number.quantity()) >= number.value()) {
            return new Place(number.name(), number.value(), Reach.ALWAYS, OptionalDouble.empty());
        }
        for (int i = 1; i < sorted.size(); i++) {
            double below = sorted.get(i - 1).ratio(number.quantity());
            double above = sorted.get(i).ratio(number.quantity());
            if (above >= number.value()) {
                double part = Math.log(number.value() / below) / Math.log(above / below);
                double from = sorted.get(i - 1).context();
                double context = from * Math.pow(sorted.get(i).context() / from, part);
                return new Place(number.name(), number.value(), Reach.AT, OptionalDouble.of(context));
            }
        }
        return new Place(number.name(), number.value(), Reach.NEVER, OptionalDouble.empty());
    }
}
