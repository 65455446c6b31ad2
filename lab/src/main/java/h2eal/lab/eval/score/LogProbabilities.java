package h2eal.lab.eval.score;

/// Natural logarithms of the probabilities that logits stand for, in double precision.
public final class LogProbabilities {

    private LogProbabilities() {}

    /// log(sum over all tokens of exp(logit)): a token's log-probability is its logit minus this.
    public static double logSum(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        return largest + Math.log(sum);
    }

    /// Negative log-likelihood of `token`, in nats.
    public static double loss(float[] logits, int token) {
        return logSum(logits) - logits[token];
    }

    /// Kullback-Leibler divergence of `other` from `reference`, sum of p (log p - log q), in nats; 0 when equal.
    public static double divergence(float[] reference, float[] other) {
        double referenceSum = logSum(reference);
        double otherSum = logSum(other);
        double divergence = 0;
        for (int token = 0; token < reference.length; token++) {
            double logP = reference[token] - referenceSum;
            divergence += Math.exp(logP) * (logP - (other[token] - otherSum));
        }
        return Math.max(0, divergence);
    }
}
