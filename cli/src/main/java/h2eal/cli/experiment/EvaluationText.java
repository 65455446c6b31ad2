package h2eal.cli.experiment;

import h2eal.cli.console.Console;
import h2eal.cli.console.Table;
import h2eal.lab.reproduce.Evaluation;
import h2eal.lab.reproduce.Evaluation.Band;
import h2eal.lab.reproduce.Evaluation.Comparison;
import h2eal.lab.reproduce.Evaluation.LadderStep;
import h2eal.lab.reproduce.Evaluation.Passing;
import h2eal.lab.reproduce.Evaluation.Place;
import h2eal.lab.reproduce.Evaluation.Range;
import h2eal.lab.reproduce.Evaluation.Strongest;
import h2eal.lab.reproduce.SpeedUp;
import h2eal.lab.result.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The evaluation for a terminal. Every number in it is simulated.
final class EvaluationText {

    private EvaluationText() {}

    static void print(Console console, Evaluation evaluation) {
        console.print(
                "speed-up / energy efficiency of h2eal, attention alone (end to end in brackets); ideal = ratio of"
                        + " cache bytes; of ideal = speed-up over hb-tiled as a share of it\n");
        console.print(ratios(evaluation).text());
        console.print("\n" + strongest(evaluation.strongest()));
        console.print("\nthe ladder, attention alone\n");
        console.print(ladder(evaluation).text());
        console.print("\nrange over all settings that were run, attention alone\n");
        console.print(bands(evaluation).text());
        console.print("\nthe paper's numbers against hb-head with the default setting\n");
        console.print(paper(evaluation).text());
        evaluation.paper().stream()
                .collect(Collectors.groupingBy(Comparison::reason, LinkedHashMap::new, Collectors.toList()))
                .forEach((reason, numbers) -> console.print("%s, %s: %s"
                        .formatted(
                                scope(numbers.getFirst().scope()),
                                numbers.stream().map(Comparison::number).collect(Collectors.joining(", ")),
                                reason)));
        console.print("\ncontext at which a setting reaches a number of the paper, attention alone\n");
        console.print(landings(evaluation).text());
    }

    private static Table ratios(Evaluation evaluation) {
        Map<String, List<SpeedUp>> lines = evaluation.rows().stream()
                .filter(row -> row.system().equals("h2eal"))
                .collect(Collectors.groupingBy(
                        row -> row.model() + "\0" + row.context(), LinkedHashMap::new, Collectors.toList()));
        List<String> baselines =
                evaluation.rows().stream().map(SpeedUp::baseline).distinct().toList();
        List<String> header = new ArrayList<>(List.of("model", "context", "ideal"));
        baselines.forEach(baseline -> header.add("over " + baseline));
        header.add("of ideal");
        List<List<String>> rows = new ArrayList<>();
        for (List<SpeedUp> line : lines.values()) {
            List<String> cells = new ArrayList<>(List.of(
                    line.getFirst().model(),
                    context(line.getFirst().context()),
                    times(line.getFirst().byteRatio())));
            baselines.forEach(baseline -> cells.add(line.stream()
                    .filter(row -> row.baseline().equals(baseline))
                    .sorted((a, b) -> a.scope().compareTo(b.scope()))
                    .map(row -> row.scope() == Scope.ATTENTION ? both(row) : "(" + both(row) + ")")
                    .collect(Collectors.joining(" "))));
            cells.add(line.stream()
                    .filter(row ->
                            row.scope() == Scope.ATTENTION && row.baseline().equals("hb-tiled"))
                    .map(row -> "%.0f %%".formatted(100 * row.idealShare()))
                    .collect(Collectors.joining()));
            rows.add(cells);
        }
        return new Table(header, rows);
    }

    private static String strongest(Strongest strongest) {
        String ideal = strongest
                .least()
                .map(row ->
                        "over hb-tiled, the strongest dense baseline, attention reaches at least %.0f %% of ideal from %s on (%s, %s)"
                                .formatted(
                                        100 * strongest.leastIdealShare(),
                                        context(strongest.fromContext()),
                                        row.model(),
                                        context(row.context())))
                .orElse("no context of %s or more was run".formatted(context(strongest.fromContext())));
        String passing =
                strongest.passing().stream().map(EvaluationText::passing).collect(Collectors.joining());
        return ideal + "\nover hb-tiled, 48.21x speed and 73.48x energy efficiency are both passed by:"
                + (passing.isEmpty() ? " no setting that was run" : passing);
    }

    private static String passing(Passing setting) {
        String accuracy = setting.accuracy().stream()
                .map(row -> "%n    %s, %s, %s: %.1f dense, %.1f so: %+.2f %%"
                        .formatted(
                                row.source(),
                                row.model(),
                                row.benchmark(),
                                row.dense(),
                                row.sparse(),
                                -100 * row.drop()))
                .collect(Collectors.joining());
        return "%n  %s, %s: speed from %.0fK, energy from %.0fK"
                        .formatted(
                                setting.model(),
                                setting.setting(),
                                setting.speedContext() / 1024,
                                setting.energyContext() / 1024)
                + accuracy;
    }

    private static String both(SpeedUp row) {
        return times(row.speedup()) + " / " + times(row.energyEfficiency());
    }

    private static Table ladder(Evaluation evaluation) {
        List<LadderStep> steps = evaluation.ladder().stream()
                .filter(step -> step.scope() == Scope.ATTENTION)
                .toList();
        return new Table(
                List.of("model", "context", "step", "us", "speed-up", "this step", "energy"),
                steps.stream()
                        .map(step -> List.of(
                                step.model(),
                                context(step.context()),
                                step.step(),
                                "%.1f".formatted(step.nanoseconds() / 1000),
                                times(step.speedup()),
                                times(step.gain()),
                                times(step.energyEfficiency())))
                        .toList());
    }

    private static Table bands(Evaluation evaluation) {
        return new Table(
                List.of("over", "context", "speed-up", "energy efficiency"),
                evaluation.bands().stream().map(EvaluationText::band).toList());
    }

    private static List<String> band(Band band) {
        Range range = band.range();
        return List.of(
                band.baseline(),
                context(band.context()),
                times(range.minSpeedup()) + " - " + times(range.maxSpeedup()),
                times(range.minEnergy()) + " - " + times(range.maxEnergy()));
    }

    private static Table paper(Evaluation evaluation) {
        return new Table(
                List.of("number", "scope", "paper", "ours", "difference"),
                evaluation.paper().stream()
                        .map(number -> List.of(
                                number.number(),
                                scope(number.scope()),
                                times(number.paper()),
                                times(number.ours()),
                                "%+.0f %%".formatted(100 * number.difference())))
                        .toList());
    }

    private static Table landings(Evaluation evaluation) {
        return new Table(
                Stream.concat(
                                Stream.of("model", "over", "setting"),
                                evaluation.landings().getFirst().places().stream()
                                        .map(place -> times(place.paper())))
                        .toList(),
                evaluation.landings().stream()
                        .map(landing -> Stream.concat(
                                        Stream.of(landing.model(), landing.baseline(), landing.setting()),
                                        landing.places().stream().map(EvaluationText::place))
                                .toList())
                        .toList());
    }

    private static String place(Place place) {
        return switch (place.reach()) {
            case ALWAYS -> "always";
            case NEVER -> "never";
            case AT -> "%.0fK".formatted(place.contextTokens().orElseThrow() / 1024);
        };
    }

    private static String scope(Scope scope) {
        return switch (scope) {
            case ATTENTION -> "attention";
            case END_TO_END -> "end to end";
        };
    }

    private static String context(int tokens) {
        return tokens / 1024 + "K";
    }

    private static String times(double ratio) {
        return "%.2fx".formatted(ratio);
    }
}
