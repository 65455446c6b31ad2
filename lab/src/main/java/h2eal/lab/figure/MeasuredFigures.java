package h2eal.lab.figure;

import h2eal.lab.measure.Fact;
import h2eal.lab.measure.Recall;
import h2eal.lab.measure.RecallDemo;
import h2eal.lab.report.Chart;
import h2eal.lab.report.Report.Figure;
import h2eal.lab.result.CsvTable;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;

/// What was measured on this CPU.
final class MeasuredFigures {

    private MeasuredFigures() {}

    static List<Figure> of(RecallDemo demo) {
        return List.of(
                new Figure(
                        "answers",
                        "Questions and answers",
                        "%d of %d answers agree."
                                .formatted(
                                        demo.hybrid().agreement(demo.dense()),
                                        demo.haystack().facts().size()),
                        answers(demo)),
                new Figure(
                        "measured",
                        "What it took",
                        "Per decoded token of the whole model, mean over all questions and answers. Time is wall-clock time of"
                                + " this machine.",
                        effort(demo)));
    }

    private static Chart answers(RecallDemo demo) {
        List<Fact> facts = demo.haystack().facts();
        return new Chart.Rows(new CsvTable(
                List.of("question", "planted", "dense", "hybrid"),
                IntStream.range(0, facts.size())
                        .mapToObj(i -> List.of(
                                facts.get(i).question(),
                                facts.get(i).value(),
                                demo.dense().answers().get(i),
                                demo.hybrid().answers().get(i)))
                        .toList()));
    }

    private static Chart effort(RecallDemo demo) {
        return new Chart.Rows(new CsvTable(
                List.of("", "dense", "hybrid"),
                List.of(
                        row("right answers", demo, run -> Long.toString(run.right(demo.haystack()))),
                        row(
                                "KV cache read (KiB)",
                                demo,
                                run -> perToken(run, run.attention().bytesRead() / 1024.0)),
                        row(
                                "pages read",
                                demo,
                                run -> perToken(run, run.attention().pagesRead())),
                        row(
                                "pages skipped",
                                demo,
                                run -> perToken(run, run.attention().pagesSkipped())),
                        row(
                                "pages scored",
                                demo,
                                run -> perToken(run, run.attention().pagesScored())),
                        row(
                                "CPU time (ms)",
                                demo,
                                run -> String.format(
                                        Locale.ROOT, "%.2f", run.timings().decodeMillisecondsPerToken())))));
    }

    private static List<String> row(String name, RecallDemo demo, Function<Recall, String> cell) {
        return List.of(name, cell.apply(demo.dense()), cell.apply(demo.hybrid()));
    }

    private static String perToken(Recall run, double total) {
        return Chart.number(total / Math.max(1, run.timings().decodeTokens()));
    }
}
