package h2eal.runtime.llama;

import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.gguf.Metadata;
import h2eal.runtime.gguf.Tensor;
import h2eal.runtime.llama.Probe.Stage;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
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
    private final IntToDoubleFunction frequency;
    private final double magnitude;
    private final Map<String, double[][]> seen = new HashMap<>();

    /// @param frequency angle per position of each pair
    /// @param magnitude length of the turned pairs
    ReferencePass(GgufFile file, IntToDoubleFunction frequency, double magnitude) {
        this.file = file;
        this.frequency = frequency;
        this.magnitude = magnitude;
        Metadata metadata = file.metadata();
        String architecture = metadata.requireText("general.architecture");
        turnsHalves = architecture.startsWith("qwen");
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
            queries[t] = turn(linear(prefix + "attn_q", normal), prefix + "attn_q_norm.weight", t);
            keys[t] = turn(linear(prefix + "attn_k", normal), prefix + "attn_k_norm.weight", t);
            values[t] = linear(prefix + "attn_v", normal);
            gathered[t] = new double[queryHeads * headSize];
            for (int head = 0; head < queryHeads; head++) {
                gather(queries[t], keys, values, t, head, gathered[t]);
            }
            double[] projected = linear(prefix + "attn_output", gathered[t]);
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

    private void gather(double[] query, double[][] keys, double[][] values, int last, int head, double[] out) {
        int kvAt = head / (queryHeads / kvHeads) * headSize;
        double[] weights = new double[last + 1];
        double sum = 0;
        for (int t = 0; t <= last; t++) {
            double score = 0;
            for (int i = 0; i < headSize; i++) {
                score += query[head * headSize + i] * keys[t][kvAt + i];
            }
            weights[t] = Math.exp(score / Math.sqrt(headSize));
            sum += weights[t];
        }
        for (int t = 0; t <= last; t++) {
            for (int i = 0; i < headSize; i++) {
                out[head * headSize + i] += weights[t] / sum * values[t][kvAt + i];
            }
        }
    }

    private void feedForward(double[][] x, String prefix) {
        for (double[] token : x) {
            double[] normal = norm(token, vector(prefix + "ffn_norm.weight"));
            double[] gate = linear(prefix + "ffn_gate", normal);
            double[] up = linear(prefix + "ffn_up", normal);
            for (int i = 0; i < gate.length; i++) {
                gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
            }
            double[] down = linear(prefix + "ffn_down", gate);
            for (int i = 0; i < width; i++) {
                token[i] += down[i];
            }
        }
    }

    private double[] turn(double[] heads, String normName, int position) {
        for (int at = 0; at < heads.length; at += headSize) {
            if (file.find(normName).isPresent()) {
                double[] head = Arrays.copyOfRange(heads, at, at + headSize);
                System.arraycopy(norm(head, vector(normName)), 0, heads, at, headSize);
            }
            for (int pair = 0; pair < rotated / 2; pair++) {
                int first = at + (turnsHalves ? pair : 2 * pair);
                int second = at + (turnsHalves ? pair + rotated / 2 : 2 * pair + 1);
                double angle = position * frequency.applyAsDouble(pair);
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
