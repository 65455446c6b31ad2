package h2eal.summary;

/// Channel means of the keys, then channel variances (of the population, not of a sample). Its score is the dot product
/// with the mean key plus one standard deviation of the dot products, channels taken as independent:
/// q . mean + sqrt(sum of q^2 * variance). An estimate, not a bound. Or, as an estimate of the attention behind the
/// summary, plus half the variance times the softmax scale 1/sqrt(headSize).
///
/// @param headSize numbers in one key
/// @param mass whether the score estimates the attention
public record SpreadSummary(int headSize, boolean mass) implements KeySummary {

    /// A summary that scores one deviation above the mean.
    public SpreadSummary(int headSize) {
        this(headSize, false);
    }

    @Override
    public void append(float[] summaries, int at, float[] keys, int keyAt, int earlierKeys) {
        int variances = at + headSize;
        int count = earlierKeys + 1;
        for (int i = 0; i < headSize; i++) {
            float key = keys[keyAt + i];
            // Welford's update, with the variance kept instead of the sum of squares: the count is the caller's.
            double mean = earlierKeys == 0 ? 0 : summaries[at + i];
            double squares = earlierKeys == 0 ? 0 : (double) summaries[variances + i] * earlierKeys;
            double step = key - mean;
            mean += step / count;
            summaries[at + i] = (float) mean;
            summaries[variances + i] = (float) ((squares + step * (key - mean)) / count);
        }
    }

    @Override
    public double score(float[] queries, int queryAt, float[] summaries, int at) {
        double mean = 0;
        double variance = 0;
        for (int i = 0; i < headSize; i++) {
            double query = queries[queryAt + i];
            mean += query * summaries[at + i];
            variance += query * query * summaries[at + headSize + i];
        }
        return mean + (mass ? variance / (2 * Math.sqrt(headSize)) : Math.sqrt(variance));
    }
}
