package h2eal.cli.decode;

import h2eal.attention.HeadMap;
import h2eal.lab.measure.Shipped;
import h2eal.lab.spec.Attention;
import h2eal.lab.spec.AttentionSpec;
import h2eal.lab.spec.HeadMaps;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Model;
import h2eal.lab.spec.Presets;
import h2eal.model.ModelShape;
import h2eal.model.Precision;
import h2eal.runtime.AttentionMode;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The flags `--attention` and `--heads`.
final class AttentionOption {

    private static final String DENSE = "dense";
    private static final String HYBRID = "hybrid";

    @Option(
            names = "--attention",
            defaultValue = DENSE,
            paramLabel = "dense|hybrid|NAME|FILE",
            description = {
                "How decode steps read the KV cache (default dense).",
                "hybrid: the preset h2eal, for the shipped model h2eal-demo.",
                "NAME, FILE: a preset of configs/attention/ or a YAML file like one."
            })
    private String attention;

    @Option(
            names = "--heads",
            paramLabel = "FILE",
            description = "Gates of the KV heads, one line per layer (DuoAttention's format); needs a sparse"
                    + " --attention. Without it every head is a retrieval head.")
    private Path heads;

    /// The attention that the flags ask for.
    ///
    /// @param shape of the model that `--heads` must fit
    /// @param demo whether the model is the shipped one
    AttentionMode mode(ModelShape shape, boolean demo) {
        if (attention.equals(DENSE)) {
            if (heads != null) {
                throw new IllegalArgumentException("--heads has no meaning with --attention dense");
            }
            return new AttentionMode.Dense();
        }
        String preset = attention.equals(HYBRID) ? (demo ? Shipped.PRESET : "h2eal") : attention;
        Attention spec = AttentionSpec.attention(Presets.installed().named(Kind.ATTENTION, preset));
        return new AttentionMode.Hybrid(spec.hybrid(), headMap(shape, demo, spec.streamingShare()));
    }

    private Optional<HeadMap> headMap(ModelShape shape, boolean demo, double streamingShare) {
        Optional<Path> gates = Optional.ofNullable(heads).or(demo ? Shipped::gates : Optional::empty);
        return gates.map(file -> HeadMaps.of(
                new Model(shape, Precision.F32, Precision.F32, Optional.of(file), Optional.empty()), streamingShare));
    }
}
