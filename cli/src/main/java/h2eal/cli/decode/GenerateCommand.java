package h2eal.cli.decode;

import h2eal.attention.PageGeometry;
import h2eal.cli.console.Console;
import h2eal.cli.console.Interruption;
import h2eal.cli.console.JsonOption;
import h2eal.cli.console.Problems;
import h2eal.cli.console.Progress;
import h2eal.cli.option.AttentionOption;
import h2eal.cli.option.KvOption;
import h2eal.cli.option.ModelOption;
import h2eal.cli.option.SamplerOption;
import h2eal.cli.option.SavedCacheOption;
import h2eal.lab.trace.TraceRecorder;
import h2eal.model.ModelShape;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.Generation;
import h2eal.runtime.GenerationListener;
import h2eal.runtime.GenerationOptions;
import h2eal.runtime.Session;
import h2eal.trace.TraceHeader;
import h2eal.workload.ReadCounts;
import h2eal.workload.ReadSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `h2eal generate`: a model continues a text.
@Command(
        name = "generate",
        description = "Continues a prompt: the text on standard output, what attention read on standard error.")
public final class GenerateCommand implements Callable<Integer> {

    private static final long WHOLE_PERCENT = 100;

    /// @param promptTokens tokens of the prompt, the begin token included
    private record Result(
            int promptTokens,
            List<Integer> tokens,
            String text,
            Generation.End end,
            double prefillTokensPerSecond,
            double decodeTokensPerSecond,
            ReadCounts attention,
            ReadCounts prefillAttention) {}

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOption model;

    @ArgGroup(multiplicity = "0..1")
    private Prompt prompt;

    @Option(names = "--system", paramLabel = "TEXT", description = "What a --chat tells the model beforehand.")
    private String system;

    @Option(names = "--tokens", defaultValue = "64", paramLabel = "N", description = "Most tokens to add (default 64).")
    private int tokens;

    @Mixin
    private SamplerOption sampler;

    @Mixin
    private AttentionOption attention;

    @Mixin
    private KvOption kv;

    @Mixin
    private SavedCacheOption savedCache;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "Write what every head read at every step, for h2eal simulate --trace-in.")
    private Path trace;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        json.check();
        Problems.flag(spec, () -> options(Optional.empty()));
        if (prompt == null && !savedCache.loads()) {
            throw new ParameterException(
                    spec.commandLine(), "one of --prompt, --prompt-file, --chat and --load-cache is needed");
        }
        if (system != null && (prompt == null || !prompt.isChat())) {
            throw new ParameterException(spec.commandLine(), "--system has no meaning without --chat");
        }
        try (Interruption interruption = Interruption.listen();
                Engine engine = model.open()) {
            int[] prompted = prompt == null
                    ? new int[0]
                    : prompt.tokens(engine, Optional.ofNullable(system), savedCache.loads());
            return generate(engine, prompted, interruption);
        }
    }

    private int generate(Engine engine, int[] prompted, Interruption interruption) throws IOException {
        Console console = Console.of(spec);
        AttentionMode mode = attention.mode(engine.shape(), model.isDemo());
        try (TraceRecorder reads = trace == null ? null : new TraceRecorder(trace, header(engine, mode))) {
            Generation generation;
            OptionalDouble drop;
            try (Session session = savedCache.open(engine, kv.session(mode));
                    Progress progress = Progress.of(console, "reading the prompt", WHOLE_PERCENT)) {
                GenerationListener listener = listener(console, progress, interruption);
                int[] unread = prompted;
                if (savedCache.saves()) {
                    session.generate(prompted, GenerationOptions.greedy(0), listener);
                    savedCache.save(session);
                    unread = new int[0];
                }
                generation = session.generate(unread, options(Optional.ofNullable(reads)), listener);
                drop = session.estimatedDrop();
            }
            report(console, generation, prompted.length);
            drop.ifPresent(share -> console.note(
                    "attention dropped by heads that select, by estimate: %.2f %%".formatted(100 * share)));
            json.write(result(generation, prompted.length));
            return interruption.requested() ? Interruption.EXIT_CODE : 0;
        }
    }

    private GenerationOptions options(Optional<ReadSink> reads) {
        return new GenerationOptions(tokens, sampler.sampler(), List.of(), reads);
    }

    private static TraceHeader header(Engine engine, AttentionMode mode) {
        PageGeometry pages = switch (mode) {
            case AttentionMode.Dense dense -> dense.geometry();
            case AttentionMode.Hybrid hybrid -> hybrid.attention().geometry();
        };
        ModelShape shape = engine.shape();
        return new TraceHeader(shape.name(), shape.layers(), shape.kvHeads(), pages);
    }

    private static GenerationListener listener(Console console, Progress progress, Interruption interruption) {
        return new GenerationListener() {
            @Override
            public boolean prefilled(int done, int total) {
                progress.at(WHOLE_PERCENT * done / total);
                return !interruption.requested();
            }

            @Override
            public boolean generated(int token, String text) {
                progress.close();
                console.out().print(text);
                console.out().flush();
                return !interruption.requested();
            }
        };
    }

    private static void report(Console console, Generation generation, int promptTokens) {
        ReadCounts read = generation.attention();
        console.print("");
        console.note("%d prompt tokens at %.1f tokens/s, %d new tokens at %.1f tokens/s"
                .formatted(
                        promptTokens,
                        generation.timings().prefillTokensPerSecond(),
                        generation.tokens().size(),
                        generation.timings().decodeTokensPerSecond()));
        console.note("pages scored %d, read %d, skipped %d; %s read, dense attention %s"
                .formatted(
                        read.pagesScored(),
                        read.pagesRead(),
                        read.pagesSkipped(),
                        Quantity.bytes(read.bytesRead()),
                        Quantity.bytes(read.denseBytes())));
        ReadCounts prefill = generation.prefillAttention();
        if (prefill.pagesSkipped() > 0) {
            console.note("prompt: %s read by its tokens' queries, dense attention %s"
                    .formatted(Quantity.bytes(prefill.bytesRead()), Quantity.bytes(prefill.denseBytes())));
        }
    }

    private static Result result(Generation generation, int promptTokens) {
        return new Result(
                promptTokens,
                generation.tokens(),
                generation.text(),
                generation.end(),
                generation.timings().prefillTokensPerSecond(),
                generation.timings().decodeTokensPerSecond(),
                generation.attention(),
                generation.prefillAttention());
    }
}
