package h2eal.partial;

/// One token that stands for all tokens a streaming head has dropped (RazorAttention): their mean key and mean value,
/// weighted by their number. Grows by one dropped token at a time. Single-threaded.
public final class CompensationToken {

    private final double[] keySum;
    private final double[] valueSum;
    private int count;

    /// A token that stands for nothing yet.
    public CompensationToken(int headSize) {
        keySum = new double[headSize];
        valueSum = new double[headSize];
    }

    /// Takes in a dropped token: its key from index `keyAt` of `keys`, its value likewise.
    public void drop(float[] keys, int keyAt, float[] values, int valueAt) {
        for (int i = 0; i < keySum.length; i++) {
            keySum[i] += keys[keyAt + i];
            valueSum[i] += values[valueAt + i];
        }
        count++;
    }

    /// Tokens dropped so far.
    public int count() {
        return count;
    }

    /// Writes the mean key and the mean value of the tokens dropped, at least one.
    public void writeMeans(float[] key, float[] value) {
        for (int i = 0; i < keySum.length; i++) {
            key[i] = (float) (keySum[i] / count);
            value[i] = (float) (valueSum[i] / count);
        }
    }

    /// What the token adds to the attention of a query: weight n exp(q . mean key / sqrt(head size)) on the mean value.
    /// Merge it with the partial of the tokens that were kept.
    public Partial partial(float[] queries, int queryAt) {
        if (count == 0) {
            return Partial.empty(keySum.length);
        }
        double product = 0;
        double[] value = new double[valueSum.length];
        for (int i = 0; i < keySum.length; i++) {
            product += queries[queryAt + i] * keySum[i] / count;
            value[i] = valueSum[i] / count;
        }
        return Partial.of(product / Math.sqrt(keySum.length), count, value);
    }
}
