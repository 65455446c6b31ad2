package h2eal.lab.measure;

import h2eal.lab.spec.Presets;
import java.nio.file.Path;

/// The files under `data/` that come with the project.
public final class Shipped {

    private Shipped() {}

    /// The trained model that recalls facts from anywhere in its context; 4096 tokens of one byte each.
    public static Path model() {
        return data("models/h2eal-demo.gguf");
    }

    /// H. G. Wells, *The Time Machine*; public domain, not seen in the model's training.
    public static Path prose() {
        return data("text/time_machine.txt");
    }

    private static Path data(String file) {
        return Presets.installed().folder().resolveSibling("data").resolve(file);
    }
}
