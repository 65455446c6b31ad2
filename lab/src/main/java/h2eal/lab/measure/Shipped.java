package h2eal.lab.measure;

import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Model;
import h2eal.lab.spec.ModelSpec;
import h2eal.lab.spec.Presets;
import java.nio.file.Path;
import java.util.Optional;

/// The files under `data/` that come with the project.
public final class Shipped {

    /// The name of the model's preset under `configs/models/`.
    public static final String PRESET = "h2eal-demo";

    private Shipped() {}

    /// The trained model that recalls facts from anywhere in its context; 4096 tokens of one byte each.
    public static Path model() {
        return data("models/h2eal-demo.gguf");
    }

    /// H. G. Wells, *The Time Machine*; public domain, not seen in the model's training.
    public static Path prose() {
        return data("text/time_machine.txt");
    }

    /// Arthur Conan Doyle, *The Adventures of Sherlock Holmes*; public domain. Heads are classified on it, so that what
    /// is measured on [#prose] was not tuned on.
    public static Path profileProse() {
        return data("text/sherlock_holmes.txt");
    }

    /// Gates of the model's heads, if they are known.
    public static Optional<Path> gates() {
        return preset().gates();
    }

    /// Copy scores of the model's heads, if they are known.
    public static Optional<Path> copyScores() {
        return preset().copyScores();
    }

    private static Model preset() {
        return ModelSpec.model(Presets.installed().named(Kind.MODEL, PRESET));
    }

    private static Path data(String file) {
        return Presets.installed().folder().resolveSibling("data").resolve(file);
    }
}
