package h2eal.cli.option;

import h2eal.attention.HybridAttention;
import h2eal.cli.console.Problems;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The flag `--vertical-slash`.
public final class VerticalSlashOption {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--vertical-slash",
            paramLabel = "N",
            converter = TokenCount.class,
            description = "Most keys that a token of a prompt attends to on a retrieval head, such as 4096 or 4K, along"
                    + " vertical and slash lines that are found batch by batch (default: what --attention says, else"
                    + " all).")
    private Integer tokens;

    /// Whether the flag was given.
    boolean isGiven() {
        return tokens != null;
    }

    /// The attention as the flag asks for.
    public HybridAttention applied(HybridAttention attention) {
        if (tokens == null) {
            return attention;
        }
        Problems.positive(spec, "--vertical-slash", tokens);
        return attention.withVerticalSlash(OptionalInt.of(tokens));
    }
}
