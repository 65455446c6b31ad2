package h2eal.cli.measure;

import h2eal.attention.HeadMap;
import h2eal.cli.console.Console;
import h2eal.cli.console.JsonOption;
import h2eal.cli.console.Progress;
import h2eal.cli.option.ComputeOption;
import h2eal.cli.option.Kv;
import h2eal.cli.option.ModelOption;
import h2eal.cli.option.TokenCount;
import h2eal.cli.option.VerticalSlashOption;
import h2eal.lab.spec.Attention;
import h2eal.lab.spec.AttentionSpec;
import h2eal.lab.spec.HeadMaps;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Model;
import h2eal.lab.spec.ModelSpec;
import h2eal.lab.spec.Presets;
import h2eal.lab.speed.DecodeSpeed;
import h2eal.lab.speed.MeasuredModel;
import h2eal.lab.speed.Memory;
import h2eal.lab.speed.PrefillSpeed;
import h2eal.model.ModelShape;
import h2eal.model.Precision;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.SessionOptions;
import h2eal.runtime.gguf.RandomModel;
import h2eal.runtime.gguf.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `h2eal bench`: what prefill and decode cost as the context grows.
@Command(
        name = "bench",
        description = "Times prefill and decode steps by depth, dense and hybrid in turn, on a GGUF file or on random"
                + " weights of a real shape, over a cache full of noise.")
public final class BenchCommand implements Callable<Integer> {

    private static final String GGUF = ".gguf";
    private static final int PROMPTS = 3;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            defaultValue = "llama-3.2-1b",
            paramLabel = "NAME|FILE|demo",
            description = "A GGUF file, demo for the shipped model, or a shape: a preset of configs/models (default"
                    + " llama-3.2-1b) or a YAML file.")
    private String model;

    @Option(
            names = "--attention",
            defaultValue = "h2eal",
            paramLabel = "NAME|FILE",
            description = "Hybrid attention: a preset of configs/attention (default h2eal) or a YAML file.")
    private String attention;

    @Option(
            names = "--heads",
            paramLabel = "FILE",
            description =
                    "Gates of the KV heads, one line per layer (DuoAttention's format). Without it every other head"
                            + " streams: what heads do in noise says nothing.")
    private Path heads;

    @Option(
            names = "--weights",
            converter = ComputableType.class,
            defaultValue = "Q8_0",
            paramLabel = "TYPE",
            description =
                    "Random weights of a shape, of any type that can be computed with, such as Q4_K (default Q8_0).")
    private TensorType weights;

    @Option(
            names = "--save-model",
            paramLabel = "FILE",
            description = "Keeps the random weights as a GGUF file, for other engines to be measured on.")
    private Path saved;

    @Option(
            names = "--depths",
            split = ",",
            defaultValue = "1K,4K,16K,64K",
            paramLabel = "N",
            converter = TokenCount.class,
            description = "Tokens in the cache, such as 4096 or 4K (default 1K,4K,16K,64K).")
    private List<Integer> depths;

    @Option(
            names = "--kv",
            split = ",",
            defaultValue = "f16",
            paramLabel = "TYPE",
            description = "Stored keys and values: f32, f16, bf16, q8, q4, or several of them (default f16).")
    private List<Kv> kv;

    @Option(names = "--steps", defaultValue = "8", paramLabel = "N", description = "Steps per depth (default 8).")
    private int steps;

    @Option(
            names = "--prompt",
            defaultValue = "128",
            paramLabel = "N",
            description = "Tokens of the prompt that leads to each depth (default 128); 512 from an empty context.")
    private int prompt;

    @Mixin
    private VerticalSlashOption verticalSlash;

    @Mixin
    private ComputeOption compute;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        json.check();
        if (steps < 1 || prompt < 1 || depths.stream().anyMatch(depth -> depth < 2)) {
            throw new ParameterException(
                    spec.commandLine(), "--steps and --prompt must be at least 1, --depths at least 2");
        }
        int threads = compute.threads();
        Console console = Console.of(spec);
        BenchResult result;
        try (Progress progress = Progress.of(console, "measuring", (long) depths.size() * kv.size() + 1);
                MeasuredModel measured = open(threads)) {
            result = measure(measured, threads, progress);
        }
        console.print(BenchText.of(result));
        json.write(result);
        return 0;
    }

    private MeasuredModel open(int threads) throws IOException {
        if (model.endsWith(GGUF) || ModelOption.isDemo(model)) {
            if (saved != null) {
                throw new ParameterException(spec.commandLine(), "--save-model needs a shape, not a file: " + model);
            }
            return MeasuredModel.of(ModelOption.path(model), threads);
        }
        ModelShape shape =
                ModelSpec.model(Presets.installed().named(Kind.MODEL, model)).shape();
        return saved == null
                ? MeasuredModel.random(shape, weights, threads)
                : MeasuredModel.random(shape, weights, saved, threads);
    }

    /// Reads the types that can be computed with, and names them where another is asked for: the file format has more.
    static final class ComputableType implements ITypeConverter<TensorType> {

        @Override
        public TensorType convert(String text) {
            return RandomModel.TYPES.stream()
                    .filter(type -> type.name().equalsIgnoreCase(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "expected one of %s but was '%s'".formatted(RandomModel.TYPES, text)));
        }
    }

    private AttentionMode.Hybrid hybrid(MeasuredModel measured) {
        Attention sparse = AttentionSpec.attention(Presets.installed().named(Kind.ATTENTION, attention));
        HeadMap map = heads == null
                ? measured.everyOther()
                : HeadMaps.of(
                        new Model(
                                measured.engine().shape(),
                                Precision.F32,
                                Precision.F32,
                                Optional.of(heads),
                                Optional.empty()),
                        sparse);
        return new AttentionMode.Hybrid(verticalSlash.applied(sparse.hybrid()), Optional.of(map));
    }

    private BenchResult measure(MeasuredModel measured, int threads, Progress progress) {
        Engine engine = measured.engine();
        AttentionMode.Hybrid hybrid = hybrid(measured);
        List<PrefillSpeed> prompts = new ArrayList<>();
        List<DecodeSpeed> rows = new ArrayList<>();
        for (Kv type : kv) {
            SessionOptions options = SessionOptions.dense().with(type.precision());
            // the first is shown; the others compile kernels, without which a prompt takes forty times as long
            prompts.add(PrefillSpeed.of(engine, options, 512, PROMPTS));
            for (int depth : depths) {
                progress.at(rows.size() + 1L);
                rows.add(DecodeSpeed.of(engine, options, hybrid, depth, prompt, steps));
            }
        }
        long caches = rows.stream()
                .mapToLong(row -> row.denseCacheBytes() + row.hybridCacheBytes())
                .max()
                .orElse(0);
        return new BenchResult(
                engine.shape().name(),
                engine.kernels(),
                threads,
                engine.readBytesPerSecond(),
                engine.weightBytesPerStep(),
                Memory.now(engine.file().tensorBytes(), engine.weightCopyBytes(), caches),
                prompts.getFirst(),
                rows);
    }
}
