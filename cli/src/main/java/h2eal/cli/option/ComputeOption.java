package h2eal.cli.option;

import h2eal.cli.console.Problems;
import h2eal.runtime.Engine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The flags `--threads` and `--native`: what computes.
public final class ComputeOption {

    private static final String NATIVE = "--native";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute (default: one per processor).")
    private Integer threads;

    @Option(
            names = NATIVE,
            description =
                    "Kernels in C where they are faster, compiled once by the cc of this machine (x86-64 Linux with"
                            + " AVX-512 VNNI).")
    private boolean isNative;

    /// How many threads compute. Engines that are opened from now on have native kernels, if that was asked for and
    /// this machine can have them; else a line says why not.
    public int threads() {
        int wanted = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        Problems.positive(spec, "--threads", wanted);
        if (isNative) {
            System.setProperty(Engine.NATIVE_PROPERTY, "true");
            Engine.missingNative().ifPresent(this::note);
        }
        return wanted;
    }

    private void note(String reason) {
        spec.commandLine().getErr().println("h2eal: %s: no kernels in C: %s".formatted(NATIVE, reason));
        spec.commandLine().getErr().flush();
    }
}
