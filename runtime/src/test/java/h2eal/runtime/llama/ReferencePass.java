package h2eal.runtime.llama;

import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.gguf.Metadata;
import h2eal.runtime.gguf.Tensor;
import h2eal.runtime.llama.Probe.Stage;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;

/// The forward pass again, in double precision and the plainest way: no batches, no cache, no kernels. F32 files only.
final class ReferencePass {

    private final GgufFile file;
    private final boolean turnsHalves;
    private final int width;
    private final int queryHeads;
    private final int kvHeads;
    private final int headSize;
    private final int rotated;
    private final int layers;
    private final double epsilon;
    private final boolean isGemma;
    private final IntToDoubleFunction frequency;
    /// Of layers with a window.
    private final IntToDoubleFunction localFrequency;
    private final IntFunction<OptionalInt> window;
    private final double scoreCap;
    private final double logitCap;
    private final double magnitude;
    private final Map<String, double[][]> seen = new HashMap<>();

    /// What a test expects of a model beyond its sizes.
    ///
    /// @param frequency angle per position of each pair
    /// @param localFrequency the same, of layers with a window
    /// @param magnitude length of the turned pairs
    /// @param window tokens that a layer's queries see
    record Expected(
            IntToDoubleFunction frequency,
            IntToDoubleFunction localFrequency,
            double magnitude,
            IntFunction<OptionalInt> window,
            double scoreCap,
            double logitCap) {

        static Expected turning(IntToDoubleFunction frequency, double magnitude) {
            return new Expected(frequency, frequency, magnitude, layer -> OptionalInt.empty(), 0, 0);
        }
    }

    ReferencePass(GgufFile file, Expected expected) {
        this.file = file;
        frequency = expected.frequency();
        localFrequency = expected.localFrequency();
        magnitude = expected.magnitude();
        window = expected.window();
        scoreCap = expected.scoreCap();
        logitCap = expected.logitCap();
        Metadata metadata = file.metadata();
        String architecture = metadata.requireText("general.architecture");
        turnsHalves = !architecture.equals("llama");
        isGemma = architecture.startsWith("gemma");
        layers = metadata.requirePositive(architecture + ".block_count");
        width = metadata.requirePositive(architecture + ".embedding_length");
        queryHeads = metadata.requirePositive(architecture + ".attention.head_count");
        kvHeads = metadata.requirePositive(architecture + ".attention.head_count_kv");
        headSize = metadata.requirePositive(architecture + ".attention.key_length");
        rotated = metadata.integer(architecture + ".rope.dimension_count").orElse(headSize);
        epsilon = metadata.real(architecture + ".attention.layer_norm_rms_epsilon")
                .orElseThrow();
    }

    /// What one stage of one layer looked like, one row per token.
    double[][] seen(Stage stage, int layer) {
        return seen.get(stage + " " + layer);
    }

    /// Runs all tokens and returns the logits that follow each.
    double[][] run(int[] tokens) {
        double[][] x = new double[tokens.length][];
        for (int t = 0; t < tokens.length; t++) {
            x[t] = row("token_embd.weight", tokens[t]);
            for (int i = 0; isGemma && i < width; i++) {
                x[t][i] *= Math.sqrt(width);
            }
        }
        keep(Stage.EMBEDDING, 0, x);
        for (int layer = 0; layer < layers; layer++) {
            String prefix = "blk.%d.".formatted(layer);
            attend(x, prefix, layer);
            feedForward(x, prefix);
            keep(Stage.AFTER_FEED_FORWARD, layer, x);
        }
        double[][] logits = new double[tokens.length][];
        String output = file.find("output.weight").isPresent() ? "output" : "token_embd";
        for (int t = 0; t < tokens.length; t++) {
            logits[t] = linear(output, norm(x[t], vector("output_norm.weight")));
            for (int i = 0; logitCap > 0 && i < logits[t].length; i++) {
                logits[t][i] = logitCap * Math.tanh(logits[t][i] / logitCap);
            }
        }
        return logits;
    }

    private void attend(double[][] x, String prefix, int layer) {
        double[][] queries = new double[x.length][];
        double[][] keys = new double[x.length][];
        double[][] values = new double[x.length][];
        double[][] gathered = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double[] normal = norm(x[t], vector(prefix + "attn_norm.weight"));
            IntToDoubleFunction speed = window.apply(layer).isPresent() ? localFrequency : frequency;
            int queryWidth = queryHeads * headSize;
            int keyWidth = kvHeads * headSize;
            double[] query;
            double[] key;
            if (file.find(prefix + "attn_qkv.weight").isPresent()) {
                double[] all = linear(prefix + "attn_qkv", normal);
                query = Arrays.copyOfRange(all, 0, queryWidth);
                key = Arrays.copyOfRange(all, queryWidth, queryWidth + keyWidth);
                values[t] = Arrays.copyOfRange(all, queryWidth + keyWidth, all.length);
            } else {
                query = linear(prefix + "attn_q", normal);
                key = linear(prefix + "attn_k", normal);
                values[t] = linear(prefix + "attn_v", normal);
            }
            queries[t] = turn(query, prefix + "attn_q_norm.weight", t, speed);
            keys[t] = turn(key, prefix + "attn_k_norm.weight", t, speed);
            gathered[t] = new double[queryHeads * headSize];
            int first = window.apply(layer).isPresent()
                    ? Math.max(0, t + 1 - window.apply(layer).getAsInt())
                    : 0;
            for (int head = 0; head < queryHeads; head++) {
                gather(queries[t], keys, values, first, t, head, gathered[t]);
            }
            double[] projected = linear(prefix + "attn_output", gathered[t]);
            if (isGemma) {
                projected = norm(projected, vector(prefix + "post_attention_norm.weight"));
            }
            for (int i = 0; i < width; i++) {
                x[t][i] += projected[i];
            }
        }
        keep(Stage.QUERY, layer, queries);
        keep(Stage.KEY, layer, keys);
        keep(Stage.VALUE, layer, values);
        keep(Stage.ATTENTION, layer, gathered);
        keep(Stage.AFTER_ATTENTION, layer, x);
    }

    private void gather(
            double[] query, double[][] keys, double[][] values, int first, int last, int head, double[] out) {
        int kvAt = head / (queryHeads / kvHeads) * headSize;
        double[] weights = new double[last + 1];
        double sum = 0;
        for (int t = first; t <= last; t++) {
            double score = 0;
            for (int i = 0; i < headSize; i++) {
                score += query[head * headSize + i] * keys[t][kvAt + i];
            }
            double scaled = score / Math.sqrt(headSize);
            weights[t] = Math.exp(scoreCap > 0 ? scoreCap * Math.tanh(scaled / scoreCap) : scaled);
            sum += weights[t];
        }
        for (int t = first; t <= last; t++) {
            for (int i = 0; i < headSize; i++) {
                out[head * headSize + i] += weights[t] / sum * values[t][kvAt + i];
            }
        }
    }

    private void feedForward(double[][] x, String prefix) {
        for (double[] token : x) {
            double[] normal = norm(token, vector(prefix + "ffn_norm.weight"));
            double[] up = linear(prefix + "ffn_up", normal);
            double[] gate;
            if (file.find(prefix + "ffn_gate.weight").isPresent()) {
                gate = linear(prefix + "ffn_gate", normal);
            } else {
                gate = Arrays.copyOfRange(up, 0, up.length / 2);
                up = Arrays.copyOfRange(up, up.length / 2, up.length);
            }
            for (int i = 0; i < gate.length; i++) {
                gate[i] = activated(gate[i]) * up[i];
            }
            double[] down = linear(prefix + "ffn_down", gate);
            if (isGemma) {
                down = norm(down, vector(prefix + "post_ffw_norm.weight"));
            }
            for (int i = 0; i < width; i++) {
                token[i] += down[i];
            }
        }
    }

    private double activated(double x) {
        return isGemma
                ? 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * Math.pow(x, 3))))
                : x / (1 + Math.exp(-x));
    }

    private double[] turn(double[] heads, String normName, int position, IntToDoubleFunction speed) {
        for (int at = 0; at < heads.length; at += headSize) {
            if (file.find(normName).isPresent()) {
                double[] head = Arrays.copyOfRange(heads, at, at + headSize);
                System.arraycopy(norm(head, vector(normName)), 0, heads, at, headSize);
            }
            for (int pair = 0; pair < rotated / 2; pair++) {
                int first = at + (turnsHalves ? pair : 2 * pair);
                int second = at + (turnsHalves ? pair + rotated / 2 : 2 * pair + 1);
                double angle = position * speed.applyAsDouble(pair);
                double a = heads[first];
                double b = heads[second];
                heads[first] = magnitude * (a * Math.cos(angle) - b * Math.sin(angle));
                heads[second] = magnitude * (a * Math.sin(angle) + b * Math.cos(angle));
            }
        }
        return heads;
    }

    private double[] norm(double[] x, double[] weight) {
        double squares = 0;
        for (double value : x) {
            squares += value * value;
        }
        double[] normal = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            normal[i] = x[i] / Math.sqrt(squares / x.length + epsilon) * weight[i];
        }
        return normal;
    }

    private double[] linear(String name, double[] x) {
        double[] y = new double[(int) file.require(name + ".weight").rows()];
        double[] bias = file.find(name + ".bias").isPresent() ? vector(name + ".bias") : new double[y.length];
        for (int r = 0; r < y.length; r++) {
            double[] row = row(name + ".weight", r);
            y[r] = bias[r];
            for (int c = 0; c < x.length; c++) {
                y[r] += row[c] * x[c];
            }
        }
        return y;
    }

    private double[] vector(String name) {
        return row(name, 0);
    }

    private double[] row(String name, int row) {
        Tensor tensor = file.require(name);
        double[] values = new double[(int) tensor.columns()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.data().getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, (long) row * values.length + i);
        }
        return values;
    }

    private void keep(Stage stage, int layer, double[][] values) {
        double[][] copy = new double[values.length][];
        for (int t = 0; t < copy.length; t++) {
            copy[t] = values[t].clone();
        }
        seen.put(stage + " " + layer, copy);
    }
}
