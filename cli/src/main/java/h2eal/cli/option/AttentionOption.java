package h2eal.cli.option;

import h2eal.attention.Budget;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The flags that say how the KV cache is read.
public final class AttentionOption {

    private static final String DENSE = "dense";
    private static final String HYBRID = "hybrid";
    private static final String USUAL = "h2eal";
    private static final String SHORT = "h2eal-short";
    /// At twice the usual preset's budget it would skip no more than half.
    private static final int SHORT_CONTEXT = 8192;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--attention",
            defaultValue = DENSE,
            paramLabel = "dense|hybrid|NAME|FILE",
            description = {
                "How decode steps read the KV cache (default dense).",
                "hybrid: the preset h2eal; h2eal-short for a model trained on at most 8192 tokens.",
                "NAME, FILE: a preset of configs/attention/ or a YAML file like one."
            })
    private String attention;

    @Option(
            names = "--heads",
            paramLabel = "FILE",
            description = "Gates of the KV heads, one line per layer (DuoAttention's format); needs a sparse"
                    + " --attention. Without it every head is a retrieval head.")
    private Path heads;

    @Option(
            names = "--mass-loss",
            paramLabel = "SHARE",
            description =
                    "Attention that a retrieval head may drop, such as 0.01: as many pages are read as that takes by"
                            + " estimate, whatever the budget.")
    private Double massLoss;

    @Mixin
    private VerticalSlashOption verticalSlash;

    /// The share of the attention that retrieval heads may drop, if the user tolerates one.
    public OptionalDouble massLoss() {
        return massLoss == null ? OptionalDouble.empty() : OptionalDouble.of(massLoss);
    }

    /// Whether heads are told apart: only then do budgets follow gates, and only then may heads stream.
    ///
    /// @param demo whether the model is the shipped one, whose gates are known
    public boolean knowsHeads(boolean demo) {
        return heads != null || demo;
    }

    /// The sparse attentions that a list of names asks for, by name.
    ///
    /// @param shape of the model that `--heads` must fit
    /// @param demo whether the model is the shipped one
    public SequencedMap<String, AttentionMode.Hybrid> sparse(ModelShape shape, boolean demo) {
        SequencedMap<String, AttentionMode.Hybrid> modes = new LinkedHashMap<>();
        for (String name : attention.equals(DENSE) ? List.of(HYBRID) : List.of(attention.split(","))) {
            Attention sparse = preset(name, shape);
            modes.put(sparse.name(), mode(sparse, shape, demo));
        }
        return modes;
    }

    /// The attention that the flags ask for.
    ///
    /// @param shape of the model that `--heads` must fit
    /// @param demo whether the model is the shipped one
    public AttentionMode mode(ModelShape shape, boolean demo) {
        if (attention.equals(DENSE)) {
            refuseIf(heads != null, "--heads");
            refuseIf(massLoss != null, "--mass-loss");
            refuseIf(verticalSlash.isGiven(), "--vertical-slash");
            // the pages of the hybrid preset: as long as nothing is skipped, both are then equal to the last bit
            return new AttentionMode.Dense(preset(HYBRID, shape).hybrid().geometry());
        }
        return mode(preset(attention, shape), shape, demo);
    }

    /// Refuses a flag that was given where nothing is skipped.
    private void refuseIf(boolean given, String flag) {
        if (given) {
            throw new ParameterException(spec.commandLine(), flag + " has no meaning with --attention dense");
        }
    }

    private AttentionMode.Hybrid mode(Attention sparse, ModelShape shape, boolean demo) {
        return new AttentionMode.Hybrid(verticalSlash.applied(sparse.hybrid()), headMap(shape, demo, sparse));
    }

    private Attention preset(String word, ModelShape shape) {
        String name = word.equals(HYBRID) ? usual(shape) : word;
        Attention preset = AttentionSpec.attention(Presets.installed().named(Kind.ATTENTION, name));
        return massLoss == null ? preset : aimed(preset, massLoss);
    }

    /// The attention with budgets that are chosen in every step.
    private Attention aimed(Attention preset, double loss) {
        if (!(loss >= 0 && loss < 1)) {
            throw new ParameterException(spec.commandLine(), "--mass-loss must be at least 0 and below 1: " + loss);
        }
        HybridAttention hybrid = preset.hybrid();
        int least = hybrid.retrieval().sinkTokens() + 2 * hybrid.geometry().pageTokens();
        Budget target = new Budget.MassTarget(1 - loss, least, Integer.MAX_VALUE);
        return new Attention(
                preset.name(),
                hybrid.with(new HeadPattern.Retrieval(
                        target,
                        hybrid.retrieval().sinkTokens(),
                        hybrid.retrieval().banks())),
                preset.streamingShare(),
                preset.shareFromHeads(),
                1,
                preset.forcedHeads());
    }

    /// The preset `hybrid` of a model: one whose budget is small beside the context that the model was trained for.
    public static String usual(ModelShape shape) {
        return shape.maxContext() <= SHORT_CONTEXT ? SHORT : USUAL;
    }

    private Optional<HeadMap> headMap(ModelShape shape, boolean demo, Attention sparse) {
        Optional<Path> gates = Optional.ofNullable(heads).or(demo ? Shipped::gates : Optional::empty);
        boolean needed =
                sparse.streamingShare() == 1 || sparse.hybrid().retrieval().isUnlimited();
        if (gates.isEmpty() && !needed) {
            return Optional.empty();
        }
        Optional<Path> copyScores = demo && heads == null ? Shipped.copyScores() : Optional.empty();
        Model model = new Model(shape, Precision.F32, Precision.F32, gates, copyScores);
        return Optional.of(HeadMaps.of(model, sparse));
    }
}
