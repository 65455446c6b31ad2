package h2eal.cli.option;

import h2eal.lab.convert.HuggingFaceModel;
import h2eal.lab.measure.Shipped;
import h2eal.runtime.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The flag `--model`, with `--threads` and `--native`.
public final class ModelOption {

    private static final String DEMO = "demo";

    @Option(
            names = "--model",
            required = true,
            paramLabel = "FILE|FOLDER|demo",
            description = "A GGUF model, a folder in Hugging Face's layout, or demo for the shipped model.")
    private String model;

    @Mixin
    private ComputeOption compute;

    /// Opens the model.
    public Engine open() throws IOException {
        Path path = path(model);
        if (Files.notExists(path)) {
            throw new IllegalArgumentException(
                    "--model %s: no such file or folder; %s is the shipped model".formatted(model, DEMO));
        }
        return Files.isDirectory(path)
                ? HuggingFaceModel.open(path, compute.threads())
                : Engine.open(path, compute.threads());
    }

    /// Whether it is the shipped model.
    public boolean isDemo() {
        return isDemo(model);
    }

    /// Whether this word stands for the shipped model.
    public static boolean isDemo(String model) {
        return model.equals(DEMO);
    }

    /// Where a model of this name lies.
    public static Path path(String model) {
        return isDemo(model) ? Shipped.model() : Path.of(model);
    }
}
