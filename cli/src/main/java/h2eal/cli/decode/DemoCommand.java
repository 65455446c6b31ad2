package h2eal.cli.decode;

import h2eal.cli.console.Console;
import h2eal.cli.console.JsonOption;
import h2eal.cli.console.Progress;
import h2eal.cli.console.Table;
import h2eal.lab.figure.DemoReport;
import h2eal.lab.figure.DemoResult;
import h2eal.lab.fit.FitCheck;
import h2eal.lab.loop.ClosedLoop;
import h2eal.lab.loop.LayerTimeline;
import h2eal.lab.loop.RecordedRun;
import h2eal.lab.measure.Fact;
import h2eal.lab.measure.Recall;
import h2eal.lab.measure.RecallDemo;
import h2eal.lab.report.ReportFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `h2eal demo`: the whole system on one screen.
@Command(
        name = "demo",
        description =
                "The shipped model answers from a long text, dense and hybrid; what it read then runs on the simulator.")
public final class DemoCommand implements Callable<Integer> {

    private static final String HARDWARE = "hb-edge";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            defaultValue = "results/h2eal-demo.html",
            description = "Where the report goes; a Markdown twin lies beside it. Default: ${DEFAULT-VALUE}.")
    private Path report;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        json.check();
        ReportFile file = new ReportFile(report);
        file.prepare();
        Console console = Console.of(spec);
        RecallDemo demo;
        try (Progress progress = Progress.of(console, "reading and answering", RecallDemo.PARTS)) {
            demo = RecallDemo.run(Runtime.getRuntime().availableProcessors(), progress::at);
        }
        console.print(introduction(demo));
        console.print("");
        console.print(table(demo).text());
        RecordedRun run = RecordedRun.of(demo);
        ClosedLoop loop = simulate(console, run);
        FitCheck fitted = FitCheck.of(run, HARDWARE);
        console.print("");
        console.print(ClosedLoopText.text(loop));
        console.print("");
        console.print("drawn reads fitted to these: %+.1f %% attention cycles, %+.1f %% of the whole step"
                .formatted(100 * fitted.attentionError(), 100 * fitted.endToEndError()));
        file.write(DemoReport.of(demo, run, loop, LayerTimeline.of(run, HARDWARE), fitted));
        console.print("%nreport with charts: %s".formatted(file.html()));
        json.write(new DemoResult(demo.summary(), loop, fitted));
        return 0;
    }

    private static ClosedLoop simulate(Console console, RecordedRun run) {
        try (Progress progress = Progress.of(console, "simulating what was read", ClosedLoop.systemCount())) {
            return ClosedLoop.of(run, HARDWARE, progress::at);
        }
    }

    private static String introduction(RecallDemo demo) {
        return """
                A model of %d layers and %d KV heads read %d tokens of The Time Machine on
                this CPU, with %d facts like %s planted in it, and was asked for each.""".formatted(
                        demo.shape().layers(),
                        demo.shape().kvHeads(),
                        demo.dense().timings().prefillTokens(),
                        demo.haystack().facts().size(),
                        demo.haystack().facts().getFirst().statement());
    }

    private static Table table(RecallDemo demo) {
        List<List<String>> rows = new ArrayList<>();
        List<Fact> facts = demo.haystack().facts();
        for (int i = 0; i < facts.size(); i++) {
            int fact = i;
            rows.add(row(
                    "%s? (is %s)"
                            .formatted(
                                    facts.get(fact).question(), facts.get(fact).value()),
                    demo,
                    recall -> recall.answers().get(fact)));
        }
        rows.add(row("right answers", demo, recall -> recall.right(demo.haystack()) + " of " + facts.size()));
        rows.add(row(
                "pages read", demo, recall -> Long.toString(recall.attention().pagesRead())));
        rows.add(row(
                "pages skipped",
                demo,
                recall -> Long.toString(recall.attention().pagesSkipped())));
        rows.add(row(
                "bytes of KV cache read",
                demo,
                recall -> Quantity.bytes(recall.attention().bytesRead())));
        rows.add(row(
                "ms per token",
                demo,
                recall -> "%.2f".formatted(recall.timings().decodeMillisecondsPerToken())));
        rows.add(List.of("same answers", "", demo.hybrid().agreement(demo.dense()) + " of " + facts.size()));
        return new Table(List.of("", "dense", "hybrid"), rows);
    }

    private static List<String> row(String name, RecallDemo demo, Function<Recall, String> cell) {
        return List.of(name, cell.apply(demo.dense()), cell.apply(demo.hybrid()));
    }
}
