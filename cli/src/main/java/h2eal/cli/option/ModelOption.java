package h2eal.cli.option;

import h2eal.lab.measure.Shipped;
import h2eal.runtime.Engine;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The flag `--model`, with `--threads`.
public final class ModelOption {

    private static final String DEMO = "demo";

    @Option(
            names = "--model",
            required = true,
            paramLabel = "FILE|demo",
            description = "A GGUF model, or demo for the shipped one.")
    private String model;

    @Mixin
    private ThreadsOption threads;

    /// Opens the model.
    public Engine open() {
        return Engine.open(isDemo() ? Shipped.model() : Path.of(model), threads.count());
    }

    public boolean isDemo() {
        return model.equals(DEMO);
    }
}
