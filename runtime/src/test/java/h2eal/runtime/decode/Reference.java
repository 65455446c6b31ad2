package h2eal.runtime.decode;

import h2eal.attention.TokenSet;
import h2eal.runtime.page.KvType;
import h2eal.runtime.page.PageLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/// Attention written as its formula in double precision, over plain arrays.
final class Reference {

    private Reference() {}

    /// softmax(q . K / sqrt(d)) V of one query over `tokens`.
    ///
    /// @param keys `[token][kvHeads][headSize]`, as `values`
    static double[] attend(float[] query, int queryAt, Heads heads, int kvHead, TokenSet tokens) {
        int d = heads.headSize;
        double max = Double.NEGATIVE_INFINITY;
        for (int range = 0; range < tokens.ranges(); range++) {
            for (int token = tokens.from(range); token < tokens.to(range); token++) {
                max = Math.max(max, score(query, queryAt, heads, kvHead, token));
            }
        }
        double sum = 0;
        double[] out = new double[d];
        for (int range = 0; range < tokens.ranges(); range++) {
            for (int token = tokens.from(range); token < tokens.to(range); token++) {
                double weight = Math.exp(score(query, queryAt, heads, kvHead, token) - max);
                sum += weight;
                for (int i = 0; i < d; i++) {
                    out[i] += weight * heads.values[(token * heads.kvHeads + kvHead) * d + i];
                }
            }
        }
        for (int i = 0; i < d; i++) {
            out[i] /= sum;
        }
        return out;
    }

    private static double score(float[] query, int queryAt, Heads heads, int kvHead, int token) {
        double score = 0;
        for (int i = 0; i < heads.headSize; i++) {
            score += (double) query[queryAt + i] * heads.keys[(token * heads.kvHeads + kvHead) * heads.headSize + i];
        }
        return score / Math.sqrt(heads.headSize);
    }

    /// Random queries, keys and values of `tokens` tokens of one layer.
    static final class Heads {
        final int kvHeads;
        final int group;
        final int headSize;
        final float[] queries;
        final float[] keys;
        final float[] values;

        Heads(long seed, int tokens, int kvHeads, int group, int headSize) {
            this.kvHeads = kvHeads;
            this.group = group;
            this.headSize = headSize;
            Random random = new Random(seed);
            queries = gaussian(random, tokens * kvHeads * group * headSize, 2);
            keys = gaussian(random, tokens * kvHeads * headSize, 1);
            values = gaussian(random, tokens * kvHeads * headSize, 1);
        }

        private Heads(Heads other, KvType type) {
            kvHeads = other.kvHeads;
            group = other.group;
            headSize = other.headSize;
            queries = other.queries;
            keys = other.keys.clone();
            values = other.values.clone();
            PageLayout layout = new PageLayout(type, headSize, 1);
            MemorySegment memory = Arena.ofAuto().allocate(layout.pageBytes(), PageLayout.ALIGNMENT);
            for (int at = 0; at < keys.length; at += headSize) {
                layout.store(memory, 0, 0, other.keys, other.values, at);
                for (int i = 0; i < headSize; i++) {
                    keys[at + i] = layout.key(memory, 0, 0, i);
                    values[at + i] = layout.value(memory, 0, 0, i);
                }
            }
        }

        /// The same with keys and values as a cache of `type` holds them.
        Heads in(KvType type) {
            return new Heads(this, type);
        }

        float[] keysOf(int token) {
            return slice(keys, token, kvHeads * headSize);
        }

        float[] valuesOf(int token) {
            return slice(values, token, kvHeads * headSize);
        }

        float[] queriesOf(int token) {
            return slice(queries, token, kvHeads * group * headSize);
        }

        private static float[] slice(float[] numbers, int index, int width) {
            return Arrays.copyOfRange(numbers, index * width, (index + 1) * width);
        }

        private static float[] gaussian(Random random, int count, float spread) {
            float[] numbers = new float[count];
            for (int i = 0; i < count; i++) {
                numbers[i] = spread * (float) random.nextGaussian();
            }
            return numbers;
        }
    }
}
