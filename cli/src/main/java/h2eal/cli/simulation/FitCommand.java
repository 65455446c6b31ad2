package h2eal.cli.simulation;

import h2eal.cli.console.Console;
import h2eal.cli.console.JsonOption;
import h2eal.cli.console.Table;
import h2eal.lab.design.DesignPoint;
import h2eal.lab.design.PopularitySpec;
import h2eal.lab.fit.FitCheck;
import h2eal.lab.fit.PageUse;
import h2eal.lab.loop.RecordedRun;
import h2eal.lab.result.JsonFile;
import h2eal.lab.result.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `h2eal fit`: a generator of reads, from a recorded trace.
@Command(
        name = "fit",
        description =
                "Fits a generator of reads to a recorded trace (--trace-in), so that other models and contexts can be"
                        + " simulated with its page use.")
public final class FitCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private DesignOption design;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where the workload goes, for simulate --workload FILE and for specs.")
    private Path out;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        json.check();
        if (out != null) {
            JsonFile.requireWritable(out);
        }
        DesignPoint point = design.point();
        if (point.workload().trace().isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--trace-in=FILE'");
        }
        if (point.workload().batch() != 1) {
            throw new ParameterException(spec.commandLine(), "--batch: a generator is fitted to one sequence");
        }
        if (point.mapping().dense()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--system: %s reads everything".formatted(point.mapping().name()));
        }
        FitCheck check = FitCheck.of(RecordedRun.of(point), point);
        print(Console.of(spec), check);
        if (out != null) {
            Path trace = point.workload().trace().get().file().getFileName();
            WholeFile.write(
                    out,
                    PopularitySpec.yaml(
                            check.fit().popularity(),
                            "How %s uses pages, fitted to %d decode steps of %s with attention %s."
                                    .formatted(
                                            point.model().shape().name(),
                                            point.workload().steps(),
                                            trace,
                                            point.attention().name())));
            Console.of(spec).print("%nworkload: %s".formatted(out));
        }
        json.write(check);
        return 0;
    }

    private static void print(Console console, FitCheck check) {
        console.print(new Table(
                        List.of("page use, %", "recorded", "drawn"),
                        List.of(
                                row("reads of the most-read tenth", check, PageUse::concentration),
                                row("read by the selection before", check, PageUse::reuse),
                                row("read %d selections before".formatted(PageUse.LATER), check, PageUse::laterReuse),
                                row("next page read too", check, PageUse::neighbours),
                                row("read by another head of the layer", check, PageUse::agreement)))
                .text());
        console.print("%nsimulated, drawn over recorded: %+.1f %% attention cycles, %+.1f %% of the whole step"
                .formatted(100 * check.attentionError(), 100 * check.endToEndError()));
    }

    private static List<String> row(String name, FitCheck check, ToDoubleFunction<PageUse> share) {
        return List.of(
                name,
                "%.1f".formatted(100 * share.applyAsDouble(check.fit().recorded())),
                "%.1f".formatted(100 * share.applyAsDouble(check.fit().drawn())));
    }
}
