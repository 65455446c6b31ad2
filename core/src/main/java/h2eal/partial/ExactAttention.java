package h2eal.partial;

import h2eal.attention.TokenSet;
import java.util.Objects;

/// Attention of one head over its keys and values in double precision, written for reading and not for speed: the
/// oracle of kernels, policies and tiles.
///
/// @param keys row-major, one key per token
/// @param values row-major, one value per token
/// @param headSize numbers in one key and in one value
public record ExactAttention(float[] keys, float[] values, int headSize) {

    public ExactAttention {
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(values, "values");
        if (headSize < 1 || keys.length % headSize != 0 || keys.length != values.length) {
            throw new IllegalArgumentException(
                    "keys and values must hold the same number of rows of headSize: %d, %d, %d"
                            .formatted(keys.length, values.length, headSize));
        }
    }

    /// Tokens that have a key.
    public int tokens() {
        return keys.length / headSize;
    }

    /// The scaled score of one token: q . k / sqrt(head size).
    public double score(float[] queries, int queryAt, int token) {
        double product = 0;
        for (int i = 0; i < headSize; i++) {
            product += (double) queries[queryAt + i] * keys[token * headSize + i];
        }
        return product / Math.sqrt(headSize);
    }

    /// Attention over a set of tokens.
    ///
    /// @param queries array that holds the query from index `queryAt`
    public Partial attend(float[] queries, int queryAt, TokenSet tokens) {
        Partial partial = Partial.empty(headSize);
        for (int range = 0; range < tokens.ranges(); range++) {
            for (int token = tokens.from(range); token < tokens.to(range); token++) {
                partial = partial.merge(Partial.of(score(queries, queryAt, token), 1, value(token)));
            }
        }
        return partial;
    }

    /// Attention over all tokens.
    public Partial dense(float[] queries, int queryAt) {
        return attend(queries, queryAt, TokenSet.range(0, tokens()));
    }

    private double[] value(int token) {
        double[] value = new double[headSize];
        for (int i = 0; i < headSize; i++) {
            value[i] = values[token * headSize + i];
        }
        return value;
    }
}
