package h2eal.cli.option;

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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The flags `--attention` and `--heads`.
public final class AttentionOption {

    private static final String DENSE = "dense";
    private static final String HYBRID = "hybrid";
    private static final String USUAL = "h2eal";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

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
    public AttentionMode mode(ModelShape shape, boolean demo) {
        if (attention.equals(DENSE)) {
            if (heads != null) {
                throw new ParameterException(spec.commandLine(), "--heads has no meaning with --attention dense");
            }
            // the pages of the hybrid preset: as long as nothing is skipped, both are then equal to the last bit
            return new AttentionMode.Dense(preset(HYBRID, demo).hybrid().geometry());
        }
        Attention sparse = preset(attention, demo);
        return new AttentionMode.Hybrid(sparse.hybrid(), headMap(shape, demo, sparse.streamingShare()));
    }

    private static Attention preset(String word, boolean demo) {
        String name = word.equals(HYBRID) ? (demo ? Shipped.PRESET : USUAL) : word;
        return AttentionSpec.attention(Presets.installed().named(Kind.ATTENTION, name));
    }

    private Optional<HeadMap> headMap(ModelShape shape, boolean demo, double streamingShare) {
        Optional<Path> gates = Optional.ofNullable(heads).or(demo ? Shipped::gates : Optional::empty);
        return gates.map(file -> HeadMaps.of(
                new Model(shape, Precision.F32, Precision.F32, Optional.of(file), Optional.empty()), streamingShare));
    }
}
