package h2eal.cli.option;

import h2eal.lab.measure.Shipped;
import h2eal.runtime.Engine;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The flags `--model` and `--threads`.
public final class ModelOption {

    private static final String DEMO = "demo";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "FILE|demo",
            description = "A GGUF model, or demo for the shipped one.")
    private String model;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute (default: one per processor).")
    private Integer threads;

    /// Opens the model.
    public Engine open() {
        int wanted = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (wanted < 1) {
            throw new ParameterException(spec.commandLine(), "--threads must be at least 1: " + wanted);
        }
        return Engine.open(isDemo() ? Shipped.model() : Path.of(model), wanted);
    }

    public boolean isDemo() {
        return model.equals(DEMO);
    }
}
