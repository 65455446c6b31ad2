package h2eal.lab.figure;

import h2eal.lab.fit.FitCheck;
import h2eal.lab.loop.ClosedLoop;
import h2eal.lab.loop.LayerTimeline;
import h2eal.lab.loop.PageBehaviour;
import h2eal.lab.loop.RecordedRun;
import h2eal.lab.measure.RecallDemo;
import h2eal.lab.report.Report;
import h2eal.lab.report.Report.Section;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The report of `h2eal demo`.
public final class DemoReport {

    private DemoReport() {}

    /// Answers measured on this CPU, costs simulated, and what the heads read.
    ///
    /// @param run the hybrid run of `demo`
    /// @param loop its reads, simulated
    /// @param timeline a layer of its first step
    /// @param fitted a generator fitted to its reads
    public static Report of(
            RecallDemo demo, RecordedRun run, ClosedLoop loop, LayerTimeline timeline, FitCheck fitted) {
        return new Report(
                "H2EAL demo: a real model's reads on a simulated accelerator",
                text(
                        "The shipped model (%d layers, %d KV heads) read %d tokens of a novel with %d facts planted in it, was"
                                + " asked for each fact with dense and with hybrid attention, and what the hybrid run read then"
                                + " drove the simulated accelerator %s.",
                        demo.shape().layers(),
                        demo.shape().kvHeads(),
                        demo.dense().timings().prefillTokens(),
                        demo.haystack().facts().size(),
                        loop.hardware()),
                List.of(
                        new Section(
                                "Answers",
                                "Measured on this CPU. Both runs read the same text and questions; only what each head reads"
                                        + " of the KV cache differs.",
                                MeasuredFigures.of(demo)),
                        new Section(
                                "The same reads, simulated",
                                text(
                                        "Simulated on %s, %d x %d tiles: the mean of all %d recorded decode steps. The baselines"
                                                + " read the whole cache of the same contexts; h2eal reads what the model selected."
                                                + " Nothing here was timed on a CPU.",
                                        loop.hardware(), loop.meshRows(), loop.meshColumns(), loop.steps()),
                                SimulatedFigures.costs(loop)),
                        new Section(
                                "Where time and energy go",
                                "Simulated, one mean decode step of the whole model.",
                                Stream.concat(
                                                SimulatedFigures.breakdowns(loop).stream(),
                                                Stream.of(
                                                        PlottedFigures.timeline(timeline),
                                                        PlottedFigures.roofline(loop)))
                                        .toList()),
                        reads(run),
                        fit(fitted)));
    }

    private static Section fit(FitCheck fitted) {
        return new Section(
                "Drawn reads in place of recorded ones",
                text(
                        "A generator fitted to these reads (workload: fitted) lets models be simulated whose weights are not"
                                + " here. Its reads take %+.1f %% attention cycles and %+.1f %% cycles of the whole step beside the"
                                + " recorded ones. What it learned is how this small model uses its pages; a larger one may"
                                + " differ, and h2eal fit reads its trace.",
                        100 * fitted.attentionError(), 100 * fitted.endToEndError()),
                FitFigures.of(fitted));
    }

    private static Section reads(RecordedRun run) {
        PageBehaviour pages = PageBehaviour.of(run);
        return new Section(
                "What the heads read",
                text(
                        "Recorded while the model answered: %d decode steps, pages of %d tokens. A retrieval head reads again"
                                + " %.0f %% of the pages it read in the step before (mean of %d heads; first and newest pages,"
                                + " which are always read, included).",
                        run.steps().size(), pages.pageTokens(), 100 * pages.reuse(), pages.heads()),
                ReadFigures.of(run, pages));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
