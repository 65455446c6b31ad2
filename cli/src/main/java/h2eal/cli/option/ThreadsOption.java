package h2eal.cli.option;

import h2eal.cli.console.Problems;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The flag `--threads`.
public final class ThreadsOption {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute (default: one per processor).")
    private Integer threads;

    /// How many threads compute.
    public int count() {
        int wanted = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        Problems.positive(spec, "--threads", wanted);
        return wanted;
    }
}
