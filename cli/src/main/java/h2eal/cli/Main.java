package h2eal.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `h2eal` command: the only place that knows standard streams and exit codes.
@Command(
        name = "h2eal",
        mixinStandardHelpOptions = true,
        version = "h2eal 0.1.0",
        description = "Hybrid sparse attention for long contexts: run it, simulate it, map it, prove it.")
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }
}
