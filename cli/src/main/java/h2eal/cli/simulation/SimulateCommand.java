package h2eal.cli.simulation;

import h2eal.cli.console.Console;
import h2eal.cli.console.JsonOption;
import h2eal.lab.design.DesignPoint;
import h2eal.lab.result.JsonFile;
import h2eal.lab.result.SimulationResult;
import h2eal.lab.simulate.ChromeTrace;
import h2eal.lab.simulate.Simulation;
import h2eal.sim.dram.EngineKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `h2eal simulate`: what a decode step costs on an accelerator.
@Command(
        name = "simulate",
        description = "Simulates decode steps of a model on a hybrid-bonded accelerator, cycle by cycle, with energy.")
public final class SimulateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private DesignOption design;

    @Option(
            names = "--engine",
            defaultValue = "burst",
            description = "burst (fast) or command (every DRAM command, the reference); default burst.")
    private EngineKind engine;

    @Option(
            names = "--timeline",
            paramLabel = "FILE",
            description = "Write what every tile, bank and link did in the first step, as a trace for Perfetto.")
    private Path timeline;

    @Option(
            names = "--prefill",
            paramLabel = "TOKENS",
            description = "Also estimate reading a prompt as long as the context, in chunks of so many tokens.")
    private Integer prefillChunkTokens;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        json.check();
        if (timeline != null) {
            JsonFile.requireWritable(timeline);
        }
        DesignPoint point = design.point();
        SimulationResult result = simulate(point);
        if (prefillChunkTokens != null) {
            result = result.with(new Simulation(engine).prefill(point, prefillChunkTokens));
        }
        SimulationText.print(Console.of(spec), point, result);
        json.write(result);
        return 0;
    }

    private SimulationResult simulate(DesignPoint point) throws IOException {
        Simulation simulation = new Simulation(engine);
        if (timeline == null) {
            return simulation.run(point);
        }
        try (ChromeTrace trace = ChromeTrace.open(timeline, point.hardware().cycleNanoseconds())) {
            return simulation.run(point, trace);
        }
    }
}
