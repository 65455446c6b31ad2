package h2eal.summary;

/// The box around the keys: channel minima, then channel maxima. Its score is an upper bound of every dot product with
/// a key inside (Quest, equation 2): the sum over channels of max(q * min, q * max).
///
/// @param headSize numbers in one key
public record BoxSummary(int headSize) implements KeySummary {

    @Override
    public void append(float[] summaries, int at, float[] keys, int keyAt, int earlierKeys) {
        int maxima = at + headSize;
        if (earlierKeys == 0) {
            System.arraycopy(keys, keyAt, summaries, at, headSize);
            System.arraycopy(keys, keyAt, summaries, maxima, headSize);
            return;
        }
        for (int i = 0; i < headSize; i++) {
            summaries[at + i] = Math.min(summaries[at + i], keys[keyAt + i]);
            summaries[maxima + i] = Math.max(summaries[maxima + i], keys[keyAt + i]);
        }
    }

    @Override
    public double score(float[] queries, int queryAt, float[] summaries, int at) {
        double score = 0;
        for (int i = 0; i < headSize; i++) {
            double query = queries[queryAt + i];
            score += Math.max(query * summaries[at + i], query * summaries[at + headSize + i]);
        }
        return score;
    }
}
