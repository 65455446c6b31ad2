package h2eal.runtime.text;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Tokens by falling probability; ties by rising id, so that the order never depends on a sort's whims.
final class TokenDistribution {

    private final int[] tokens;
    /// Relative to the likeliest token, which has 1; falling.
    private final double[] weights;

    private TokenDistribution(int[] tokens, double[] weights) {
        this.tokens = tokens;
        this.weights = weights;
    }

    /// The softmax of `logits / temperature`.
    static TokenDistribution of(float[] logits, double temperature) {
        float largest = logits[argmax(logits)];
        int[] tokens = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer token) -> -logits[token])
                        .thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] weights = Arrays.stream(tokens)
                .mapToDouble(token -> Math.exp((logits[token] - largest) / temperature))
                .toArray();
        return new TokenDistribution(tokens, weights);
    }

    static int argmax(float[] logits) {
        int best = 0;
        for (int token = 1; token < logits.length; token++) {
            if (logits[token] > logits[best]) {
                best = token;
            }
        }
        return best;
    }

    TokenDistribution keepMostLikely(int count) {
        return count == 0 || count >= tokens.length ? this : first(count);
    }

    TokenDistribution keepMass(double mass) {
        double wanted = mass * Arrays.stream(weights).sum();
        double sum = 0;
        for (int i = 0; i < tokens.length; i++) {
            sum += weights[i];
            if (sum >= wanted) {
                return first(i + 1);
            }
        }
        return this;
    }

    TokenDistribution keepAbove(double fraction) {
        int kept = 0;
        while (kept < tokens.length && weights[kept] >= fraction) {
            kept++;
        }
        return first(kept);
    }

    /// The token at `point`, from 0 to 1, of the line on which every token is as long as it is likely.
    int draw(double point) {
        double left = point * Arrays.stream(weights).sum();
        for (int i = 0; i < tokens.length; i++) {
            left -= weights[i];
            if (left < 0) {
                return tokens[i];
            }
        }
        return tokens[tokens.length - 1];
    }

    private TokenDistribution first(int count) {
        return count == tokens.length
                ? this
                : new TokenDistribution(Arrays.copyOf(tokens, count), Arrays.copyOf(weights, count));
    }
}
