package h2eal.lab.figure;

import h2eal.lab.fit.FitCheck;
import h2eal.lab.fit.PageUse;
import h2eal.lab.report.Chart;
import h2eal.lab.report.Chart.Bars;
import h2eal.lab.report.Chart.Rows;
import h2eal.lab.report.Chart.Series;
import h2eal.lab.report.Report.Figure;
import h2eal.lab.result.CsvTable;
import h2eal.lab.result.SimulationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// How well drawn reads stand in for recorded ones.
final class FitFigures {

    private FitFigures() {}

    static List<Figure> of(FitCheck check) {
        return List.of(
                new Figure(
                        "fit-cost",
                        "What recorded and drawn reads cost",
                        "Simulated under h2eal, the mean decode step. The draws have a seed that was not fitted to.",
                        new Rows(new CsvTable(
                                List.of("", "recorded", "drawn", "error"),
                                List.of(
                                        cost(
                                                "attention cycles",
                                                check,
                                                result -> result.attention().cycles()),
                                        cost(
                                                "attention energy (uJ)",
                                                check,
                                                result -> result.attention()
                                                                .energyPicojoules()
                                                                .total()
                                                        / 1e6),
                                        cost(
                                                "whole step cycles",
                                                check,
                                                result -> result.endToEnd().cycles()),
                                        cost(
                                                "row activations",
                                                check,
                                                result -> result.counts().activations()))))),
                new Figure(
                        "fit-pages",
                        "How recorded and drawn reads use the pages",
                        "Pages that a head is free to choose: neither the sink's nor the newest. Each row is fitted.",
                        new Rows(new CsvTable(
                                List.of("share (%)", "recorded", "drawn"),
                                List.of(
                                        use("reads of the most-read tenth", check, PageUse::concentration),
                                        use("pages read by the selection before", check, PageUse::reuse),
                                        use(
                                                "pages read %d selections before".formatted(PageUse.LATER),
                                                check,
                                                PageUse::laterReuse),
                                        use("pages whose next page is read", check, PageUse::neighbours),
                                        use("pages another head of the layer reads", check, PageUse::agreement))))),
                new Figure(
                        "fit-depth",
                        "Free pages read, by depth, recorded and drawn",
                        "Share of the pages in each tenth of the context, then of the last %d before the newest."
                                .formatted(PageUse.RECENT),
                        depth(check)));
    }

    private static List<String> cost(String name, FitCheck check, ToDoubleFunction<SimulationResult> value) {
        double recorded = value.applyAsDouble(check.replayed());
        double drawn = value.applyAsDouble(check.drawn());
        return List.of(
                name,
                Chart.number(recorded),
                Chart.number(drawn),
                String.format(Locale.ROOT, "%+.1f %%", 100 * (drawn / recorded - 1)));
    }

    private static List<String> use(String name, FitCheck check, ToDoubleFunction<PageUse> share) {
        return List.of(
                name,
                Chart.number(100 * share.applyAsDouble(check.fit().recorded())),
                Chart.number(100 * share.applyAsDouble(check.fit().drawn())));
    }

    private static Chart depth(FitCheck check) {
        int tenths = check.fit().recorded().byDepth().size();
        List<String> places = new ArrayList<>();
        IntStream.range(0, tenths).forEach(tenth -> places.add("%d-%d %%".formatted(10 * tenth, 10 * tenth + 10)));
        IntStream.rangeClosed(1, PageUse.RECENT)
                .forEach(age -> places.add(age == 1 ? "newest - 1" : "newest - " + age));
        return new Bars(
                "depth",
                places,
                List.of(
                        series("recorded", check.fit().recorded()),
                        series("drawn", check.fit().drawn())),
                "%",
                false);
    }

    private static Series series(String name, PageUse use) {
        List<Double> shares = new ArrayList<>(use.byDepth());
        shares.addAll(use.recent());
        return Series.of(name, shares, share -> 100 * share);
    }
}
