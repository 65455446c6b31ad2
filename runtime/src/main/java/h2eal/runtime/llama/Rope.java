package h2eal.runtime.llama;

import h2eal.runtime.kernel.RopePairs;
import java.util.Arrays;
import java.util.Objects;

/// Rotary position embedding: pair i of a head at position p turns by the angle p times `frequencies[i]`; its length is
/// multiplied by `magnitude`.
public final class Rope {

    /// Turns within the trained context from which YaRN keeps a pair's frequency, and below which it divides it.
    static final double YARN_FAST_ROTATIONS = 32;

    static final double YARN_SLOW_ROTATIONS = 1;

    private final RopePairs pairs;
    private final double base;
    private final double[] frequencies;
    private final double magnitude;

    /// @param factors what each pair's frequency is divided by
    Rope(RopePairs pairs, double base, double[] factors, double magnitude) {
        this.pairs = Objects.requireNonNull(pairs, "pairs");
        this.base = base;
        this.magnitude = magnitude;
        frequencies = new double[factors.length];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = Math.pow(base, -(double) i / factors.length) / factors[i];
        }
    }

    private Rope(Rope origin, double[] frequencies, double magnitude) {
        pairs = origin.pairs;
        base = origin.base;
        this.frequencies = frequencies;
        this.magnitude = magnitude;
    }

    /// With all frequencies divided by `factor`.
    Rope dividedBy(double factor) {
        double[] divided =
                Arrays.stream(frequencies).map(frequency -> frequency / factor).toArray();
        return new Rope(this, divided, magnitude);
    }

    /// YaRN (arXiv 2309.00071): pairs that turn more than `fast` times within the trained context keep their frequency,
    /// pairs that turn less than `slow` times have it divided by `factor`, those between are blended, and all are
    /// lengthened.
    Rope yarn(double factor, int trainedContext, double fast, double slow) {
        double low = Math.max(0, Math.floor(pairTurning(fast, trainedContext)));
        double high = Math.min(rotated() - 1, Math.ceil(pairTurning(slow, trainedContext)));
        double[] blended = new double[frequencies.length];
        for (int i = 0; i < blended.length; i++) {
            double divided = Math.clamp((i - low) / Math.max(0.001, high - low), 0, 1);
            blended[i] = frequencies[i] * (1 - divided) + frequencies[i] / factor * divided;
        }
        return new Rope(this, blended, magnitude * (1 + 0.1 * Math.log(factor)));
    }

    private double pairTurning(double rotations, int context) {
        return rotated() * Math.log(context / (rotations * 2 * Math.PI)) / (2 * Math.log(base));
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
