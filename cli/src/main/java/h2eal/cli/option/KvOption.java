package h2eal.cli.option;

import h2eal.cli.console.Problems;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.SessionOptions;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The flags of the KV cache: `--kv`, `--context`, `--beyond-training`.
public final class KvOption {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--kv",
            defaultValue = "f32",
            description = "Stored keys and values: f32, f16, bf16, q8 or q4 (default f32).")
    private Kv kv;

    @Option(
            names = "--context",
            paramLabel = "N",
            converter = TokenCount.class,
            description =
                    "Most tokens in the cache, such as 4096 or 4K (default: as many as the model was trained for).")
    private Integer context;

    @Option(names = "--beyond-training", description = "Allow a --context beyond what the model was trained for.")
    private boolean beyondTraining;

    /// The options of a session.
    public SessionOptions session(AttentionMode attention) {
        if (context != null) {
            Problems.positive(spec, "--context", context);
        }
        OptionalInt limit = context == null ? OptionalInt.empty() : OptionalInt.of(context);
        return new SessionOptions(attention, kv.precision(), limit, beyondTraining, false);
    }
}
