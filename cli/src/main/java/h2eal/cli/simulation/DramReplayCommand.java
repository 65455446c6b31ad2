package h2eal.cli.simulation;

import h2eal.cli.console.Console;
import h2eal.cli.console.JsonOption;
import h2eal.cli.console.Progress;
import h2eal.cli.console.Table;
import h2eal.hardware.BankSpec;
import h2eal.lab.replay.BankReplay;
import h2eal.lab.replay.ReplayResult;
import h2eal.lab.replay.RequestTrace;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Presets;
import h2eal.lab.spec.TimingSpec;
import h2eal.sim.dram.EngineKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `h2eal dram-replay`: a bare request trace through one bank.
@Command(
        name = "dram-replay",
        description = "Runs a trace of memory requests through one DRAM bank and says when it finished and why.")
public final class DramReplayCommand implements Callable<Integer> {

    private enum Refresh {
        ON,
        OFF
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--timing",
            defaultValue = "edge",
            paramLabel = "NAME|FILE",
            description = "Bank and timing: edge, silicon or a YAML file like configs/timing/edge.yaml (default edge).")
    private String timing;

    @Option(
            names = "--requests",
            required = true,
            paramLabel = "FILE",
            description = "One request per line: 0xADDRESS READ|WRITE ARRIVAL_CYCLE; plain or gzip.")
    private Path requests;

    @Option(names = "--refresh", defaultValue = "on", description = "on or off (default on).")
    private Refresh refresh;

    @Option(
            names = "--engine",
            defaultValue = "burst",
            description = "burst (fast) or command (every DRAM command, the reference); the same cycles.")
    private EngineKind engine;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        json.check();
        Console console = Console.of(spec);
        BankSpec bank = bank();
        ReplayResult result;
        try (Progress progress = Progress.of(console, "replaying", Files.size(requests))) {
            result = BankReplay.run(new RequestTrace(requests), bank, engine, progress::at);
        }
        print(console, result);
        json.write(result);
        return 0;
    }

    private BankSpec bank() {
        BankSpec bank = TimingSpec.bank(Presets.installed().named(Kind.TIMING, timing));
        return switch (refresh) {
            case ON -> bank;
            case OFF -> bank.withTiming(bank.timing().withoutRefresh());
        };
    }

    private static void print(Console console, ReplayResult result) {
        console.print("%d requests, finished at cycle %d = %.1f us"
                .formatted(result.requests(), result.finishCycle(), result.nanoseconds() / 1000));
        console.print("%.2f GB/s, %.1f %% of the interface's peak"
                .formatted(result.gigabytesPerSecond(), 100 * result.peakShare()));
        console.print("%d row hits, %d row misses, %d activations, %d refreshes%n"
                .formatted(result.rowHits(), result.rowMisses(), result.activations(), result.refreshes()));
        console.print(new Table(
                        List.of("where the interface's cycles went", "cycles", "share"),
                        List.of(
                                row("moving data", result.busyCycles(), result),
                                row("closing and opening rows", result.rowTurnaroundCycles(), result),
                                row("refresh", result.refreshCycles(), result),
                                row("turning between reads and writes", result.busTurnaroundCycles(), result),
                                row("waiting for requests", result.waitingCycles(), result)))
                .text());
    }

    private static List<String> row(String reason, long cycles, ReplayResult result) {
        return List.of(reason, Long.toString(cycles), "%.1f %%".formatted(100.0 * cycles / result.finishCycle()));
    }
}
