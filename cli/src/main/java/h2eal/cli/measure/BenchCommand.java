package h2eal.cli.measure;

import h2eal.cli.console.Console;
import h2eal.cli.console.JsonOption;
import h2eal.cli.console.Progress;
import h2eal.cli.console.Table;
import h2eal.lab.measure.DecodeSpeed;
import h2eal.lab.measure.NoiseModel;
import h2eal.lab.spec.AttentionSpec;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.ModelSpec;
import h2eal.lab.spec.Presets;
import h2eal.model.ModelShape;
import h2eal.model.Precision;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.SessionOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `h2eal bench`: what a decode step costs as the context grows.
@Command(
        name = "bench",
        description = "Times decode steps by depth, dense and hybrid in turn, on a model of a real shape with random"
                + " Q8_0 weights and a cache full of noise.")
public final class BenchCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            defaultValue = "llama-3.2-1b",
            paramLabel = "NAME|FILE",
            description = "Model shape: a preset of configs/models (default llama-3.2-1b) or a YAML file.")
    private String model;

    @Option(
            names = "--attention",
            defaultValue = "h2eal",
            paramLabel = "NAME|FILE",
            description = "Hybrid attention: a preset of configs/attention (default h2eal) or a YAML file. Every other"
                    + " KV head streams.")
    private String attention;

    @Option(
            names = "--depths",
            split = ",",
            defaultValue = "1024,4096,16384,65536",
            paramLabel = "N",
            description = "Tokens in the cache (default 1024,4096,16384,65536).")
    private List<Integer> depths;

    @Option(names = "--kv", defaultValue = "F16", description = "Stored keys and values: F32, F16, INT8 (default F16).")
    private Precision kv;

    @Option(names = "--steps", defaultValue = "8", paramLabel = "N", description = "Steps per depth (default 8).")
    private int steps;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute (default: one per processor).")
    private Integer threads;

    @Mixin
    private JsonOption json;

    private record Result(String model, Precision kv, int threads, List<DecodeSpeed> depths) {}

    @Override
    public Integer call() throws IOException {
        json.check();
        if (steps < 1 || depths.stream().anyMatch(depth -> depth < 1)) {
            throw new ParameterException(spec.commandLine(), "--steps and --depths must be at least 1");
        }
        Console console = Console.of(spec);
        ModelShape shape =
                ModelSpec.model(Presets.installed().named(Kind.MODEL, model)).shape();
        int workers = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        SessionOptions options = SessionOptions.dense().with(kv);
        List<DecodeSpeed> measured = new ArrayList<>();
        try (Progress progress = Progress.of(console, "measuring", depths.size() + 1L);
                NoiseModel noise = NoiseModel.open(shape, workers)) {
            for (int depth : depths) {
                progress.at(measured.size() + 1L);
                measured.add(DecodeSpeed.of(noise.engine(), options, hybrid(shape), depth, steps));
            }
        }
        console.print(table(measured).text());
        json.write(new Result(shape.name(), kv, workers, measured));
        return 0;
    }

    private AttentionMode.Hybrid hybrid(ModelShape shape) {
        return new AttentionMode.Hybrid(
                AttentionSpec.attention(Presets.installed().named(Kind.ATTENTION, attention))
                        .hybrid(),
                Optional.of(NoiseModel.everyOther(shape)));
    }

    private static Table table(List<DecodeSpeed> measured) {
        List<List<String>> rows = measured.stream()
                .map(depth -> List.of(
                        Integer.toString(depth.contextTokens()),
                        "%.1f".formatted(depth.denseMilliseconds()),
                        "%.1f".formatted(depth.hybridMilliseconds()),
                        "%.2f".formatted(depth.speedup()),
                        "%.2f".formatted(depth.hybrid().savedFactor())))
                .toList();
        return new Table(
                List.of("context", "dense ms/token", "hybrid ms/token", "x faster", "x fewer cache bytes"), rows);
    }
}
