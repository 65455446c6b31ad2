package h2eal.cli.simulation;

import h2eal.lab.design.DesignPoint;
import h2eal.lab.design.DesignPoints;
import h2eal.lab.spec.Presets;
import h2eal.lab.yaml.Place;
import h2eal.lab.yaml.YamlNode.Block;
import h2eal.lab.yaml.YamlNode.Scalar;
import java.util.Map;
import picocli.CommandLine.Option;

/// The flags that name a design point: the blocks of a spec, one flag per key that people change.
final class DesignOption {

    private static final String PRESET = "preset";

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME|FILE",
            description = "Model shape: a preset of configs/models or a YAML file.")
    private String model;

    @Option(
            names = "--context",
            paramLabel = "TOKENS",
            description = "Tokens in the cache, such as 131072 or 128K; with a trace of generate, those of the trace.")
    private String context;

    @Option(
            names = "--hardware",
            defaultValue = "hb-edge",
            paramLabel = "NAME|FILE",
            description = "Accelerator: a preset of configs/hardware or a YAML file (default hb-edge).")
    private String hardware;

    @Option(
            names = "--attention",
            defaultValue = "h2eal",
            paramLabel = "NAME|FILE",
            description = "Attention: a preset of configs/attention or a YAML file (default h2eal).")
    private String attention;

    @Option(
            names = "--system",
            defaultValue = "h2eal",
            paramLabel = "NAME|FILE",
            description = "Mapping: hb-remote, hb-head, hb-tiled (these read densely), h2eal, or a YAML file"
                    + " (default h2eal).")
    private String system;

    @Option(names = "--placement", paramLabel = "NAME", description = "Placement in place of the system's.")
    private String placement;

    @Option(names = "--balancer", paramLabel = "NAME", description = "Balancer in place of the system's.")
    private String balancer;

    @Option(
            names = "--heads",
            paramLabel = "FILE",
            description = "Gates of the KV heads, one line per layer, in place of the model's own.")
    private String heads;

    @Option(
            names = "--trace-in",
            paramLabel = "FILE",
            description =
                    "Recorded reads in place of drawn ones: of generate --trace, an LServe page log, or a STARC budget"
                            + " table; the last two need --context.")
    private String trace;

    @Option(
            names = "--trace-format",
            paramLabel = "NAME",
            description = "h2rt, lserve or starc (default: what the contents look like).")
    private String traceFormat;

    @Option(
            names = "--workload",
            paramLabel = "NAME|FILE",
            description = "Which pages drawn queries like: uniform, zipf, fitted (to the demo model's reads), or a YAML"
                    + " file such as fit writes (default zipf).")
    private String workload;

    @Option(names = "--batch", paramLabel = "N", description = "Sequences that decode together (default 1).")
    private String batch;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Decode steps; results are their mean (default one refresh interval).")
    private String steps;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the drawn reads (default 1).")
    private String seed;

    @Option(names = "--weights", paramLabel = "TYPE", description = "Type of the weights: f16, bf16, int8, int4.")
    private String weights;

    @Option(names = "--kv", paramLabel = "TYPE", description = "Type of the KV cache: f16, bf16, int8, int4.")
    private String kv;

    /// The design point the flags describe.
    DesignPoint point() {
        Block spec = new Block(new Place("command line", 0), Map.of())
                .with(
                        "model",
                        block(
                                new Flag("--model", PRESET, model),
                                new Flag("--weights", "weights", weights),
                                new Flag("--kv", "kv", kv),
                                new Flag("--heads", "gates", heads),
                                // The model's copy scores belong to its own gates.
                                new Flag("--heads", "copyScores", heads == null ? null : "none")))
                .with("hardware", block(new Flag("--hardware", PRESET, hardware)))
                .with("attention", block(new Flag("--attention", PRESET, attention)))
                .with(
                        "mapping",
                        block(
                                new Flag("--system", PRESET, system),
                                new Flag("--placement", "placement", placement),
                                new Flag("--balancer", "balancer", balancer)))
                .with(
                        "workload",
                        block(
                                new Flag("--context", "context", context),
                                new Flag("--workload", PRESET, workload),
                                new Flag("--batch", "batch", batch),
                                new Flag("--steps", "steps", steps),
                                new Flag("--seed", "seed", seed),
                                new Flag("--trace-in", "trace", trace),
                                new Flag("--trace-format", "traceFormat", traceFormat)));
        DesignPoints reader = new DesignPoints(Presets.installed());
        return reader.point(reader.resolved(spec));
    }

    /// A flag that gives a key of a block its value, if the user set it.
    private record Flag(String name, String key, String value) {}

    /// The block of the flags that are set; what is missing in it is missed at the first of them.
    private static Block block(Flag... flags) {
        Block block = new Block(new Place(flags[0].name, 0), Map.of());
        for (Flag flag : flags) {
            if (flag.value != null) {
                block = block.with(flag.key, new Scalar(new Place(flag.name, 0), flag.value));
            }
        }
        return block;
    }
}
