package h2eal.cli.option;

import h2eal.runtime.text.Sampler;
import picocli.CommandLine.Option;

/// The flags that choose each token.
public final class SamplerOption {

    @Option(
            names = "--temperature",
            defaultValue = "0",
            paramLabel = "X",
            description = "0 always takes the likeliest token, higher values vary more (default 0).")
    private double temperature;

    @Option(
            names = "--top-k",
            defaultValue = "0",
            paramLabel = "N",
            description = "Keep the N likeliest tokens; 0 all.")
    private int topK;

    @Option(
            names = "--top-p",
            defaultValue = "1",
            paramLabel = "X",
            description = "Keep the likeliest tokens that reach this probability; 1 all.")
    private double topP;

    @Option(
            names = "--min-p",
            defaultValue = "0",
            paramLabel = "X",
            description = "Keep tokens at least X times as likely as the likeliest; 0 all.")
    private double minP;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "S", description = "Start of the random numbers.")
    private long seed;

    /// The sampler that the flags ask for.
    public Sampler sampler() {
        return temperature == 0 ? new Sampler.Greedy() : new Sampler.Random(temperature, topK, topP, minP, seed);
    }
}
