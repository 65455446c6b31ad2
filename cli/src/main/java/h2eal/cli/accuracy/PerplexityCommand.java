package h2eal.cli.accuracy;

import h2eal.cli.console.Console;
import h2eal.cli.console.JsonOption;
import h2eal.cli.console.Progress;
import h2eal.cli.console.TextFile;
import h2eal.cli.option.AttentionOption;
import h2eal.cli.option.KvOption;
import h2eal.cli.option.ModelOption;
import h2eal.lab.measure.Perplexity;
import h2eal.runtime.Engine;
import h2eal.runtime.SessionOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `h2eal perplexity`: how well a model predicts a text, and how far sparse attention moves it.
@Command(
        name = "perplexity",
        description = {
            "Scores how well the model predicts a text.",
            "The text is cut into windows of --context tokens; the second half of each is scored."
        })
public final class PerplexityCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOption model;

    @Option(names = "--text", required = true, paramLabel = "FILE", description = "A UTF-8 text.")
    private Path text;

    @Mixin
    private AttentionOption attention;

    @Mixin
    private KvOption kv;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        json.check();
        Console console = Console.of(spec);
        String words = TextFile.read(text);
        try (Engine engine = model.open()) {
            int[] tokens = engine.tokenizer().encode(words, false);
            SessionOptions options = kv.session(attention.mode(engine.shape(), model.isDemo()));
            int window = options.contextTokens().orElse(engine.shape().maxContext());
            int scored = Perplexity.scoredTokens(engine, tokens.length, window);
            Perplexity result;
            try (Progress progress = Progress.of(console, "scoring", scored)) {
                result = Perplexity.of(engine, options, tokens, window, progress::at);
            }
            console.print("perplexity %.4f (nll %.5f nats) over %d tokens in windows of %d"
                    .formatted(result.perplexity(), result.nll(), result.tokens(), window));
            console.print("KL to dense %.6f nats".formatted(result.klToDense()));
            json.write(result);
        }
        return 0;
    }
}
