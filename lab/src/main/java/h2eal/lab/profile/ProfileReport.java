package h2eal.lab.profile;

import h2eal.heads.HeadTable;
import h2eal.lab.report.Chart;
import h2eal.lab.report.Chart.HeatMap;
import h2eal.lab.report.Chart.Scale;
import h2eal.lab.report.Report;
import h2eal.lab.report.Report.Figure;
import h2eal.lab.report.Report.Section;
import h2eal.lab.result.CsvTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The report of `h2eal profile`: which heads look far back, layers down and heads across.
public final class ProfileReport {

    private ProfileReport() {}

    /// Pictures of gates, head map and scores.
    public static Report of(HeadProfile profile, String model) {
        return new Report(
                "Heads of " + model,
                String.format(
                        Locale.ROOT,
                        "Classified without training. At most %.0f %% of the KV heads may stream within the bound.",
                        100 * profile.streamingShare()),
                List.of(
                        new Section(
                                "KV heads",
                                "A gate near 1: a query head of the group looks up single tokens far back.",
                                List.of(
                                        figure("gates", "Gates", "KV head", profile.gates()),
                                        new Figure(
                                                "map",
                                                "Retrieval and streaming heads",
                                                "At the share named above.",
                                                map(profile)),
                                        new Figure(
                                                "shares",
                                                "What each share costs",
                                                "Nats per recalled token, retrieval heads reading everything.",
                                                shares(profile)))),
                        new Section(
                                "Query heads",
                                "Copy: looked most at the source of a recalled token. Echo, induction: attention on repeated"
                                        + " random tokens. Far mass: attention outside sink and window while a fact is recalled.",
                                List.of(
                                        figure(
                                                "copy",
                                                "Copy",
                                                "query head",
                                                profile.behaviour().copy()),
                                        figure(
                                                "induction",
                                                "Induction",
                                                "query head",
                                                profile.behaviour().induction()),
                                        figure(
                                                "echo",
                                                "Echo",
                                                "query head",
                                                profile.behaviour().echo()),
                                        figure(
                                                "far-mass",
                                                "Far mass",
                                                "query head",
                                                profile.behaviour().farMass()),
                                        figure(
                                                "reach",
                                                "Reach",
                                                "query head",
                                                profile.behaviour().reach())))));
    }

    private static Figure figure(String id, String title, String heads, HeadTable table) {
        double most = Arrays.stream(table.values()).max().orElse(1);
        return new Figure(
                id,
                title,
                "Layers down, heads across.",
                chart(heads, table, new Scale.Continuous(title.toLowerCase(Locale.ROOT), 0, Math.max(most, 1e-9))));
    }

    private static Chart map(HeadProfile profile) {
        return chart(
                "KV head", HeadTable.of(profile.heads()), new Scale.Kinds("head", List.of("streaming", "retrieval")));
    }

    private static Chart chart(String heads, HeadTable table, Scale scale) {
        List<HeatMap.Cell> cells = new ArrayList<>();
        for (int layer = 0; layer < table.layers(); layer++) {
            for (int head = 0; head < table.heads(); head++) {
                cells.add(new HeatMap.Cell(head, layer, table.value(layer, head)));
            }
        }
        return new HeatMap(
                new HeatMap.Axis(heads, table.heads()), new HeatMap.Axis("layer", table.layers()), cells, scale);
    }

    private static Chart shares(HeadProfile profile) {
        return new Chart.Rows(new CsvTable(
                List.of("streaming share", "nats per recalled token"),
                profile.shares().stream()
                        .map(tried -> List.of(
                                Double.toString(tried.share()), String.format(Locale.ROOT, "%.4f", tried.loss())))
                        .toList()));
    }
}
