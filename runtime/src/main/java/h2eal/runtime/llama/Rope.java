package h2eal.runtime.llama;

import h2eal.model.ModelShape;
import h2eal.runtime.gguf.GgufException;
import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.gguf.Metadata;
import h2eal.runtime.gguf.Tensor;
import h2eal.runtime.kernel.RopePairs;
import java.util.Arrays;
import java.util.Objects;

/// Rotary position embedding: pair i of a head at position p turns by the angle p times `frequencies[i]`; its length is
/// multiplied by `magnitude`.
///
/// Every way to stretch a trained context comes down to other frequencies: *linear* divides them all, *llama3* divides
/// each by its own factor (tensor `rope_freqs.weight`), *YaRN* (arXiv 2309.00071) divides the slow ones, keeps the fast
/// ones, blends between, and lengthens the vectors.
public final class Rope {

    private static final String FACTORS = "rope_freqs.weight";
    private static final double YARN_FAST_ROTATIONS = 32;
    private static final double YARN_SLOW_ROTATIONS = 1;

    private final RopePairs pairs;
    private final double[] frequencies;
    private final double magnitude;

    private Rope(RopePairs pairs, double[] frequencies, double magnitude) {
        this.pairs = Objects.requireNonNull(pairs, "pairs");
        this.frequencies = frequencies;
        this.magnitude = magnitude;
    }

    static Rope of(GgufFile file, Architecture architecture, ModelShape shape) {
        Metadata metadata = file.metadata();
        String prefix = architecture.key() + ".rope.";
        int rotated = metadata.integer(prefix + "dimension_count").orElse(shape.headSize());
        if (rotated % 2 != 0 || rotated < 2 || rotated > shape.headSize()) {
            throw metadata.invalid(
                    prefix + "dimension_count",
                    "must be even, from 2 to the head size %d: %d".formatted(shape.headSize(), rotated));
        }
        double base = positive(metadata, prefix + "freq_base", 10_000);
        double[] factors = factors(file, rotated / 2);
        double[] frequencies = new double[rotated / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = Math.pow(base, -2.0 * i / rotated) / factors[i];
        }
        return new Rope(architecture.ropePairs(), frequencies, 1).scaled(metadata, prefix, base, shape.maxContext());
    }

    private static double positive(Metadata metadata, String key, double usual) {
        double value = metadata.real(key).orElse(usual);
        if (value <= 0) {
            throw metadata.invalid(key, "must be positive: " + value);
        }
        return value;
    }

    private static double[] factors(GgufFile file, int count) {
        double[] factors = new double[count];
        Arrays.fill(factors, 1);
        Tensor tensor = file.find(FACTORS).orElse(null);
        if (tensor != null) {
            float[] values = LlamaWeights.vector(file, FACTORS, count);
            for (int i = 0; i < count; i++) {
                factors[i] = values[i];
                if (!(factors[i] > 0)) {
                    throw file.invalid("tensor " + FACTORS, "factor %d must be positive: %s".formatted(i, factors[i]));
                }
            }
        }
        return factors;
    }

    private Rope scaled(Metadata metadata, String prefix, double base, int maxContext) {
        String typeKey = prefix + "scaling.type";
        String type = metadata.text(typeKey).orElse("linear");
        double factor = positive(metadata, prefix + "scaling.factor", positive(metadata, prefix + "scale_linear", 1));
        return switch (type) {
            case "none" -> this;
            case "linear" ->
                new Rope(
                        pairs,
                        Arrays.stream(frequencies)
                                .map(frequency -> frequency / factor)
                                .toArray(),
                        1);
            case "yarn" -> {
                String contextKey = prefix + "scaling.original_context_length";
                int trained =
                        metadata.values().containsKey(contextKey) ? metadata.requirePositive(contextKey) : maxContext;
                double attention = positive(metadata, prefix + "scaling.attn_factor", 1);
                yield yarn(factor, base, trained, attention * (1 + 0.1 * Math.log(factor)));
            }
            default ->
                throw metadata.invalid(
                        typeKey,
                        "unknown scaling %s, known are none, linear, yarn".formatted(GgufException.quote(type)));
        };
    }

    /// YaRN: pairs that turn more than 32 times within the trained context keep their frequency, pairs that turn less
    /// than once have it divided by `factor`.
    private Rope yarn(double factor, double base, int trainedContext, double lengthening) {
        int rotated = rotated();
        double low = Math.max(0, Math.floor(pairTurning(YARN_FAST_ROTATIONS, rotated, trainedContext, base)));
        double high = Math.min(rotated - 1, Math.ceil(pairTurning(YARN_SLOW_ROTATIONS, rotated, trainedContext, base)));
        double[] blended = new double[frequencies.length];
        for (int i = 0; i < blended.length; i++) {
            double divided = Math.clamp((i - low) / Math.max(0.001, high - low), 0, 1);
            blended[i] = frequencies[i] * (1 - divided) + frequencies[i] / factor * divided;
        }
        return new Rope(pairs, blended, lengthening);
    }

    private static double pairTurning(double rotations, int rotated, int context, double base) {
        return rotated * Math.log(context / (rotations * 2 * Math.PI)) / (2 * Math.log(base));
    }

    /// Which two numbers turn together.
    public RopePairs pairs() {
        return pairs;
    }

    /// Numbers of a head that turn; the rest stay.
    public int rotated() {
        return 2 * frequencies.length;
    }

    /// Writes the cosines, then the sines of all pairs at `position` to `angles[at..at + rotated())`.
    public void angles(int position, float[] angles, int at) {
        for (int i = 0; i < frequencies.length; i++) {
            double angle = position * frequencies[i];
            angles[at + i] = (float) (Math.cos(angle) * magnitude);
            angles[at + frequencies.length + i] = (float) (Math.sin(angle) * magnitude);
        }
    }
}
