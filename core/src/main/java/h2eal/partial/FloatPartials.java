package h2eal.partial;

import java.util.Arrays;

/// Partials in single precision, as tiles and kernels keep them: `headSize + 2` numbers, namely m, l, then o.
/// The same algebra as [Partial], in place and without allocation.
public final class FloatPartials {

    private FloatPartials() {}

    /// Numbers in one partial.
    public static int numbers(int headSize) {
        return headSize + 2;
    }

    /// Makes the partial at `at` that of no tokens.
    public static void clear(float[] partials, int at, int headSize) {
        partials[at] = Float.NEGATIVE_INFINITY;
        Arrays.fill(partials, at + 1, at + 2 + headSize, 0f);
    }

    /// Adds one token to the partial at `at`.
    ///
    /// @param score scaled score of the token
    /// @param values array that holds the token's value from index `valueAt`
    public static void add(float[] partials, int at, float score, float[] values, int valueAt, int headSize) {
        float top = Math.max(partials[at], score);
        float here = partials[at + 1] == 0 ? 0 : exp(partials[at] - top);
        float there = exp(score - top);
        partials[at] = top;
        partials[at + 1] = partials[at + 1] * here + there;
        for (int i = 0; i < headSize; i++) {
            partials[at + 2 + i] = partials[at + 2 + i] * here + values[valueAt + i] * there;
        }
    }

    /// Merges the partial at `otherAt` of `other` into the one at `at`.
    public static void merge(float[] partials, int at, float[] other, int otherAt, int headSize) {
        if (other[otherAt + 1] == 0) {
            return;
        }
        float top = Math.max(partials[at], other[otherAt]);
        float here = partials[at + 1] == 0 ? 0 : exp(partials[at] - top);
        float there = exp(other[otherAt] - top);
        partials[at] = top;
        for (int i = 1; i < 2 + headSize; i++) {
            partials[at + i] = partials[at + i] * here + other[otherAt + i] * there;
        }
    }

    /// Writes the attention output o / l of the partial at `at`.
    ///
    /// @param outputs receives `headSize` numbers from index `outputAt`
    public static void output(float[] partials, int at, float[] outputs, int outputAt, int headSize) {
        float sum = partials[at + 1];
        for (int i = 0; i < headSize; i++) {
            outputs[outputAt + i] = partials[at + 2 + i] / sum;
        }
    }

    private static float exp(float x) {
        return (float) Math.exp(x);
    }
}
