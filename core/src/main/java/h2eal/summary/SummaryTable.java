package h2eal.summary;

import h2eal.attention.PageGeometry;
import java.util.Arrays;
import java.util.Objects;

/// The key summaries of one KV head, in order of position; grows by one key at a time. Single-threaded.
///
/// A plain array on the heap: for tests, studies and anything that has no KV cache of its own.
public final class SummaryTable {

    private final PageGeometry geometry;
    private final KeySummary summary;
    private float[] summaries;
    private int tokens;

    /// A table without keys.
    public SummaryTable(PageGeometry geometry, KeySummary summary) {
        this.geometry = Objects.requireNonNull(geometry, "geometry");
        this.summary = Objects.requireNonNull(summary, "summary");
        this.summaries = new float[16 * summary.numbers()];
    }

    /// Adds the key of the next position, from index `at` of `keys`.
    public void append(float[] keys, int at) {
        int start = tokens / geometry.summaryTokens() * summary.numbers();
        if (start == summaries.length) {
            summaries = Arrays.copyOf(summaries, 2 * summaries.length);
        }
        summary.append(summaries, start, keys, at, tokens % geometry.summaryTokens());
        tokens++;
    }

    /// Keys added so far.
    public int tokens() {
        return tokens;
    }

    /// Unscaled scores of a query, one per summary.
    public double[] scores(float[] queries, int at) {
        double[] scores = new double[geometry.summaries(tokens)];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = summary.score(queries, at, summaries, i * summary.numbers());
        }
        return scores;
    }

    /// Unscaled page scores of the query heads of a group, row by row.
    ///
    /// @param queries the queries of the group, one after the other
    public float[] pageScores(float[] queries, int groupSize) {
        int pages = geometry.pages(tokens);
        float[] pageScores = new float[groupSize * pages];
        for (int head = 0; head < groupSize; head++) {
            double[] scores = scores(queries, head * summary.headSize());
            float[] rounded = new float[scores.length];
            for (int i = 0; i < scores.length; i++) {
                rounded[i] = (float) scores[i];
            }
            PageScores.ofSummaries(geometry, tokens, rounded, 0, pageScores, head * pages);
        }
        return pageScores;
    }
}
