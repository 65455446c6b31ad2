package h2eal.lab.figure;

import h2eal.attention.HeadMap;
import h2eal.lab.loop.PageBehaviour;
import h2eal.lab.loop.PageBehaviour.SelectedPages;
import h2eal.lab.loop.RecordedRun;
import h2eal.lab.report.Chart;
import h2eal.lab.report.Chart.Bars;
import h2eal.lab.report.Chart.HeatMap;
import h2eal.lab.report.Chart.HeatMap.Axis;
import h2eal.lab.report.Chart.HeatMap.Cell;
import h2eal.lab.report.Chart.Lines;
import h2eal.lab.report.Chart.Scale;
import h2eal.lab.report.Chart.Series;
import h2eal.lab.report.Report.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What the heads of a recorded run read.
final class ReadFigures {

    private static final int TENTHS = 10;

    private ReadFigures() {}

    static List<Figure> of(RecordedRun run, PageBehaviour pages) {
        return List.of(
                new Figure(
                        "head-map",
                        "Head map of the model",
                        "Streaming heads read the first and the last tokens, retrieval heads the pages their queries score"
                                + " highest.",
                        headMap(run.heads())),
                new Figure(
                        "selected-pages",
                        "Pages read by layer %d, KV head %d"
                                .formatted(
                                        pages.sample().layer(), pages.sample().kvHead()),
                        "The retrieval head that changes its pages most: page by decode step, oldest page on top.",
                        selected(pages)),
                new Figure(
                        "depth",
                        "How often pages are read, by depth",
                        "Reads of the pages in each tenth of the context, of the reads there could be; mean of all retrieval"
                                + " heads and steps.",
                        new Bars(
                                "depth",
                                IntStream.range(0, TENTHS)
                                        .mapToObj(tenth -> "%d-%d %%".formatted(10 * tenth, 10 * tenth + 10))
                                        .toList(),
                                List.of(Series.of("pages read", pages.readByDepth(), share -> 100 * share)),
                                "%",
                                false)),
                new Figure(
                        "concentration",
                        "How concentrated the reads are",
                        "Share of a retrieval head's page reads that go to its most-read pages; on the diagonal, all pages would"
                                + " be read alike.",
                        concentration(pages)));
    }

    private static Chart headMap(HeadMap heads) {
        List<Cell> cells = new ArrayList<>();
        for (int layer = 0; layer < heads.layers(); layer++) {
            for (int head = 0; head < heads.kvHeads(); head++) {
                cells.add(new Cell(head, layer, heads.isRetrieval(layer, head) ? 1 : 0));
            }
        }
        return new HeatMap(
                new Axis("KV head", heads.kvHeads()),
                new Axis("layer", heads.layers()),
                cells,
                new Scale.Kinds("pattern", List.of("streaming", "retrieval")));
    }

    private static Chart selected(PageBehaviour pages) {
        SelectedPages sample = pages.sample();
        List<Cell> cells = new ArrayList<>();
        for (int step = 0; step < sample.steps().size(); step++) {
            for (int page : sample.steps().get(step)) {
                cells.add(new Cell(step, page, 0));
            }
        }
        return new HeatMap(
                new Axis("decode step", sample.steps().size()),
                new Axis("page", pages.pages()),
                cells,
                new Scale.Kinds("state", List.of("read")));
    }

    private static Chart concentration(PageBehaviour pages) {
        List<Double> percent = Stream.concat(Stream.of(0.0), pages.concentration().stream())
                .map(share -> 100 * share)
                .toList();
        List<Integer> tenths = IntStream.rangeClosed(0, TENTHS).boxed().toList();
        return new Lines(
                "most-read pages, % of all",
                tenths.stream().map(tenth -> Integer.toString(10 * tenth)).toList(),
                List.of(new Series("measured", percent), Series.of("all pages alike", tenths, tenth -> 10.0 * tenth)),
                "% of reads");
    }
}
