package h2eal.runtime.decode;

import h2eal.runtime.cache.HeadCache;
import h2eal.runtime.cache.KvCache;
import java.util.Arrays;

/// The softmax weights of one query over a whole head cache, one number at a time: slow and plain, for looking into a
/// model rather than for running it.
public final class ExactWeights {

    private final KvCache cache;
    private final ModelAttention model;
    private float[] weights = {};

    /// Weights over the heads of `cache`, which must keep all tokens, by the rules of the model.
    public ExactWeights(KvCache cache, ModelAttention model) {
        this.cache = cache;
        this.model = model;
    }

    /// Weights of the query that starts at `at` over all tokens of a head; the array is reused and may be longer.
    public float[] of(int layer, int kvHead, float[] queries, int at) {
        HeadCache head = cache.head(layer, kvHead);
        int tokens = head.tokens();
        if (weights.length < tokens) {
            weights = new float[tokens + tokens / 4];
        }
        double scale = 1 / Math.sqrt(head.layout().headSize());
        double top = Double.NEGATIVE_INFINITY;
        int first = Math.max(0, tokens - model.window(layer).orElse(tokens));
        Arrays.fill(weights, 0, first, 0);
        for (int token = first; token < tokens; token++) {
            double scaled = scale * score(head, token, queries, at);
            weights[token] =
                    (float) (model.scoreCap() > 0 ? model.scoreCap() * Math.tanh(scaled / model.scoreCap()) : scaled);
            top = Math.max(top, weights[token]);
        }
        double sum = 0;
        for (int token = first; token < tokens; token++) {
            weights[token] = (float) Math.exp(weights[token] - top);
            sum += weights[token];
        }
        for (int token = first; token < tokens; token++) {
            weights[token] /= (float) sum;
        }
        return weights;
    }

    private static float score(HeadCache head, int token, float[] queries, int at) {
        int page = token / head.layout().pageTokens();
        int slot = token % head.layout().pageTokens();
        float score = 0;
        for (int i = 0; i < head.layout().headSize(); i++) {
            score += queries[at + i] * head.layout().key(head.memory(page), head.pageAt(page), slot, i);
        }
        return score;
    }
}
