package h2eal.cli.decode;

import h2eal.cli.console.Console;
import h2eal.cli.console.JsonOption;
import h2eal.cli.console.Table;
import h2eal.cli.option.AttentionOption;
import h2eal.cli.option.KvOption;
import h2eal.cli.option.ModelOption;
import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `h2eal logits`: what a model expects after given tokens.
@Command(
        name = "logits",
        description = "Prints the likeliest next tokens; --json has all logits. The last token is one decode step.")
public final class LogitsCommand implements Callable<Integer> {

    private static final int SHOWN = 10;

    private record Result(float[] logits) {}

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOption model;

    @Option(
            names = "--tokens",
            required = true,
            split = ",",
            paramLabel = "1,2,3",
            description = "Token numbers; nothing is added, not even a begin token.")
    private int[] tokens;

    @Mixin
    private AttentionOption attention;

    @Mixin
    private KvOption kv;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        json.check();
        try (Engine engine = model.open()) {
            requireKnown(engine.tokenizer().vocabularySize());
            try (Session session = engine.session(kv.session(attention.mode(engine.shape(), model.isDemo())))) {
                int last = tokens.length - 1;
                if (last > 0) {
                    session.prefill(Arrays.copyOf(tokens, last));
                }
                session.step(tokens[last]);
                float[] logits = session.logits().clone();
                print(Console.of(spec), engine, logits);
                json.write(new Result(logits));
            }
        }
        return 0;
    }

    private void requireKnown(int vocabulary) {
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] < 0 || tokens[i] >= vocabulary) {
                throw new IllegalArgumentException("--tokens: number %d is %d; the model has tokens 0 to %d"
                        .formatted(i + 1, tokens[i], vocabulary - 1));
            }
        }
    }

    private static void print(Console console, Engine engine, float[] logits) {
        List<List<String>> rows = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble(token -> -logits[token]))
                .limit(SHOWN)
                .map(token -> List.of(
                        Visible.text(engine.tokenizer().decode(token)),
                        Integer.toString(token),
                        "%.4f".formatted(logits[token])))
                .toList();
        console.print(new Table(List.of("text", "token", "logit"), rows).text());
    }
}
