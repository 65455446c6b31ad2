package h2eal.partial;

/// Attention of one query over some of the tokens, unfinished: what one tile hands on. Partials of disjoint token sets
/// merge associatively and commutatively, so tiles may split a head and reduce in any order (FlashAttention's
/// rescaling).
///
/// With scores s_j: `max` m = max s_j, `sum` l = sum exp(s_j - m), output o = sum exp(s_j - m) v_j. In double
/// precision: the reference that kernels and tiles are measured against.
public final class Partial {

    private final double max;
    private final double sum;
    private final double[] weighted;

    private Partial(double max, double sum, double[] weighted) {
        this.max = max;
        this.sum = sum;
        this.weighted = weighted;
    }

    /// The partial of no tokens: neutral in a merge.
    ///
    /// @param headSize numbers in one value
    public static Partial empty(int headSize) {
        return new Partial(Double.NEGATIVE_INFINITY, 0, new double[headSize]);
    }

    /// The partial of `count` tokens that share one score and the mean of whose values is `value`.
    public static Partial of(double score, double count, double[] value) {
        double[] weighted = new double[value.length];
        for (int i = 0; i < value.length; i++) {
            weighted[i] = count * value[i];
        }
        return new Partial(count == 0 ? Double.NEGATIVE_INFINITY : score, count, weighted);
    }

    /// The partial of the tokens of both; the two must not share any.
    public Partial merge(Partial other) {
        if (other.weighted.length != weighted.length) {
            throw new IllegalArgumentException(
                    "partials of different head sizes: %d, %d".formatted(weighted.length, other.weighted.length));
        }
        if (other.sum == 0) {
            return this;
        }
        if (sum == 0) {
            return other;
        }
        double top = Math.max(max, other.max);
        double here = Math.exp(max - top);
        double there = Math.exp(other.max - top);
        double[] merged = new double[weighted.length];
        for (int i = 0; i < merged.length; i++) {
            merged[i] = weighted[i] * here + other.weighted[i] * there;
        }
        return new Partial(top, sum * here + other.sum * there, merged);
    }

    /// The attention output over the tokens covered: o / l.
    ///
    /// @throws IllegalStateException if no token is covered
    public double[] output() {
        if (sum == 0) {
            throw new IllegalStateException("a partial of no tokens has no output");
        }
        double[] output = new double[weighted.length];
        for (int i = 0; i < output.length; i++) {
            output[i] = weighted[i] / sum;
        }
        return output;
    }

    /// Logarithm of the sum of the exponentials of all scores; negative infinity without tokens.
    public double logSumExp() {
        return max + Math.log(sum);
    }

    /// The share of the attention of `all` that the tokens covered here receive.
    ///
    /// @param all partial over a superset of the tokens
    public double massWithin(Partial all) {
        return Math.exp(logSumExp() - all.logSumExp());
    }
}
