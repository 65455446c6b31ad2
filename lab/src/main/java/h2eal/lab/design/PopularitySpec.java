package h2eal.lab.design;

import h2eal.lab.yaml.Fields;
import h2eal.workload.PagePopularity;
import h2eal.workload.PagePopularity.Fitted;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Reads and writes the `popularity:` block of a workload. Its `kind` is `uniform`, `zipf` (with `exponent`,
/// `recencyPages`), `hot` (with `hotShare`, `hotWeight`, `persistence`) or `fitted` (with the components of
/// [Fitted]; `depth` and `recent` are numbers between blanks, as a list would be a sweep).
public final class PopularitySpec {

    private static final double MOST_APPEAL = 100;

    private PopularitySpec() {}

    /// The popularity that the block `popularity` of a workload describes.
    static PagePopularity popularity(Fields workload) {
        Fields fields = workload.block(
                "popularity",
                "kind",
                "exponent",
                "recencyPages",
                "hotShare",
                "hotWeight",
                "persistence",
                "depth",
                "recent",
                "lasting",
                "drifting",
                "neighbours",
                "layerShare");
        return fields.build(() -> switch (fields.text("kind")) {
            case "uniform" -> new PagePopularity.Uniform();
            case "zipf" ->
                new PagePopularity.Zipf(fields.number("exponent", 0, 10), fields.number("recencyPages", 0, 1e6));
            case "hot" ->
                new PagePopularity.Hot(
                        fields.number("hotShare", 0, 1),
                        fields.number("hotWeight", 1, 1e9),
                        fields.number("persistence", 0, 1));
            case "fitted" ->
                new Fitted(
                        numbers(fields, "depth"),
                        numbers(fields, "recent"),
                        fields.number("lasting", 0, 1),
                        fields.number("drifting", 0, 1),
                        fields.number("persistence", 0, 1),
                        fields.number("neighbours", 0, 1),
                        fields.number("layerShare", 0, 1));
            default -> throw fields.wrong("kind", "expected one of fitted, hot, uniform, zipf");
        });
    }

    /// A workload preset with a fitted popularity, as YAML.
    ///
    /// @param origin what it was fitted to, in a line
    public static String yaml(Fitted fitted, String origin) {
        return """
                # %s
                context: 32K
                popularity:
                  kind: fitted
                  depth: %s
                  recent: %s
                  lasting: %s
                  drifting: %s
                  persistence: %s
                  neighbours: %s
                  layerShare: %s
                """.formatted(
                        origin,
                        words(fitted.depth()),
                        words(fitted.recent()),
                        fitted.lasting(),
                        fitted.drifting(),
                        fitted.persistence(),
                        fitted.neighbours(),
                        fitted.layerShare());
    }

    private static String words(List<Double> numbers) {
        return numbers.stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    private static List<Double> numbers(Fields fields, String key) {
        List<Double> numbers = new ArrayList<>();
        for (String word : fields.text(key).split("\\s+")) {
            try {
                numbers.add(Double.parseDouble(word));
            } catch (NumberFormatException notANumber) {
                throw fields.wrong(key, "expected numbers between blanks, such as 0.3 -0.1 0.2");
            }
        }
        if (numbers.stream().anyMatch(number -> !(Math.abs(number) <= MOST_APPEAL))) {
            throw fields.wrong(key, "expected numbers from -%s to %s".formatted(MOST_APPEAL, MOST_APPEAL));
        }
        return numbers;
    }
}
