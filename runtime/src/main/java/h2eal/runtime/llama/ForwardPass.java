package h2eal.runtime.llama;

import h2eal.model.ModelShape;
import h2eal.runtime.kernel.Kernels;
import h2eal.runtime.kernel.WeightType;
import h2eal.runtime.kernel.Weights;
import h2eal.runtime.llama.Probe.Stage;
import h2eal.runtime.parallel.MatMul;
import h2eal.runtime.parallel.Workers;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/// Takes batches of tokens through the model's layers. Weights are read once per batch. Holds the activations of one
/// batch and nothing between batches; allocates nothing while it runs. One thread at a time.
public final class ForwardPass {

    /// Numbers of one activation buffer at most, so that very wide models take smaller batches.
    private static final int MOST_NUMBERS = 1 << 24;

    private final ModelShape shape;
    private final LlamaWeights weights;
    private final LlamaConfig config;
    private final int rotated;
    private final float epsilon;
    private final Kernels kernels;
    private final MatMul matMul;
    private final TokenShares shares;
    private final Probe probe;
    private final int maxBatch;

    /// The residual stream, `[batch][width]`.
    private final float[] x;
    /// A normalised or projected copy of it.
    private final float[] y;

    private final float[] queries;
    private final float[] keys;
    private final float[] values;
    private final float[] attended;
    private final float[] gate;
    private final float[] up;
    private final float[] angles;
    /// Those of layers with a window, where they turn on their own.
    private final float[] localAngles;
    /// Activations rounded to BF16.
    private final float[] narrowed;

    private final TokenShares.Step normaliseForAttention = this::normaliseForAttention;
    private final TokenShares.Step rotate = this::rotate;
    private final TokenShares.Step normaliseForFeedForward = this::normaliseForFeedForward;
    private final TokenShares.Step activate = this::activate;
    private final TokenShares.Step addFeedForward = this::addFeedForward;
    private LlamaLayer layer;
    private float[] layerAngles;
    /// Whether the tokens in hand are of several sequences, and so each is computed as if it were alone.
    private boolean ofSeveral;

    /// A pass over `model` with these kernels and threads.
    public ForwardPass(Llama model, Kernels kernels, Workers workers) {
        this(model, kernels, workers, (stage, layer, values, count) -> {});
    }

    ForwardPass(Llama model, Kernels kernels, Workers workers, Probe probe) {
        shape = model.shape();
        weights = model.weights();
        config = model.config();
        rotated = config.rotations().rotated();
        epsilon = config.epsilon();
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        matMul = new MatMul(kernels, workers);
        shares = new TokenShares(workers);
        this.probe = Objects.requireNonNull(probe, "probe");
        int queryWidth = shape.queryHeads() * shape.headSize();
        int keyWidth = shape.kvHeads() * shape.headSize();
        int widest = Math.max(Math.max(shape.width(), queryWidth), shape.ffnWidth());
        maxBatch = Math.clamp(MOST_NUMBERS / widest, 1, batch(weights, kernels));
        x = new float[maxBatch * shape.width()];
        y = new float[maxBatch * shape.width()];
        queries = new float[maxBatch * queryWidth];
        keys = new float[maxBatch * keyWidth];
        values = new float[maxBatch * keyWidth];
        attended = new float[maxBatch * queryWidth];
        gate = new float[maxBatch * shape.ffnWidth()];
        up = new float[maxBatch * shape.ffnWidth()];
        angles = new float[maxBatch * rotated];
        localAngles = new float[config.rotations().local().isPresent() ? maxBatch * rotated : 0];
        narrowed = new float[weights.has(WeightType.BF16) ? maxBatch * widest : 0];
    }

    /// Tokens of a batch that suits all weights.
    private static int batch(LlamaWeights weights, Kernels kernels) {
        return Arrays.stream(WeightType.values())
                .filter(weights::has)
                .mapToInt(kernels::batchOf)
                .min()
                .orElseThrow();
    }

    /// Tokens of one batch at most.
    public int maxBatch() {
        return maxBatch;
    }

    /// Takes `batch` tokens, from `tokens[from]` on, through all layers. The first of them stands at `position`.
    ///
    /// @param contextLimit tokens the sequence may grow to: it decides how long-rope models turn
    /// @throws IllegalArgumentException if the batch is too large or a token is not in the vocabulary
    public void run(int[] tokens, int from, int batch, int position, int contextLimit, LayerAttention attention) {
        if (batch < 1 || batch > maxBatch) {
            throw new IllegalArgumentException("a batch holds 1 to %d tokens: %d".formatted(maxBatch, batch));
        }
        ofSeveral = false;
        Rope rope = config.rotations().global(contextLimit);
        for (int t = 0; t < batch; t++) {
            embed(tokens[from + t], t);
            turn(rope, position + t, t);
        }
        runLayers(batch, attention);
    }

    /// Takes one token of each of several sequences through all layers, reading the weights once. Every token's values
    /// are, to the last bit, those of a batch of its own.
    ///
    /// @param positions where each token stands in its sequence
    /// @param contextLimits tokens that each sequence may grow to
    /// @param attention attends for token t in sequence t
    public void runEach(int[] tokens, int[] positions, int[] contextLimits, LayerAttention attention) {
        int batch = tokens.length;
        if (batch < 1 || batch > maxBatch) {
            throw new IllegalArgumentException("a batch holds 1 to %d tokens: %d".formatted(maxBatch, batch));
        }
        ofSeveral = true;
        for (int t = 0; t < batch; t++) {
            embed(tokens[t], t);
            turn(config.rotations().global(contextLimits[t]), positions[t], t);
        }
        runLayers(batch, attention);
    }

    private void turn(Rope rope, int position, int t) {
        rope.angles(position, angles, t * rotated);
        if (localAngles.length > 0) {
            config.rotations().local().orElseThrow().angles(position, localAngles, t * rotated);
        }
    }

    private void runLayers(int batch, LayerAttention attention) {
        see(Stage.EMBEDDING, 0, x, batch * shape.width());
        for (int l = 0; l < shape.layers(); l++) {
            layer = weights.layers().get(l);
            boolean isLocal =
                    localAngles.length > 0 && config.attention().window(l).isPresent();
            layerAngles = isLocal ? localAngles : angles;
            attend(l, attention, batch);
            feedForward(l, batch);
        }
    }

    private void embed(int token, int t) {
        if (token < 0 || token >= shape.vocabulary()) {
            throw new IllegalArgumentException("tokens are from 0 to %d: %d".formatted(shape.vocabulary() - 1, token));
        }
        int at = t * shape.width();
        weights.embedding().read(token, x, at);
        if (config.architecture().isGemma()) {
            scale(x, at, at + shape.width(), (float) Math.sqrt(shape.width()));
        }
    }

    /// x += output(attention(rope(query(norm(x))), rope(key(norm(x))), value(norm(x))))
    private void attend(int l, LayerAttention attention, int batch) {
        shares.run(normaliseForAttention, batch);
        multiply(layer.query(), y, queries, batch);
        multiply(layer.key(), y, keys, batch);
        multiply(layer.value(), y, values, batch);
        shares.run(rotate, batch);
        see(Stage.QUERY, l, queries, batch * shape.queryHeads() * shape.headSize());
        see(Stage.KEY, l, keys, batch * shape.kvHeads() * shape.headSize());
        see(Stage.VALUE, l, values, batch * shape.kvHeads() * shape.headSize());
        attention.attend(l, queries, keys, values, attended, batch);
        see(Stage.ATTENTION, l, attended, batch * shape.queryHeads() * shape.headSize());
        multiply(layer.attentionOutput(), attended, y, batch);
    }

    /// x += down(silu(gate(norm(x))) * up(norm(x)))
    private void feedForward(int l, int batch) {
        shares.run(normaliseForFeedForward, batch);
        see(Stage.AFTER_ATTENTION, l, x, batch * shape.width());
        multiply(layer.gate(), y, gate, batch);
        multiply(layer.up(), y, up, batch);
        shares.run(activate, batch);
        multiply(layer.down(), gate, y, batch);
        shares.run(addFeedForward, batch);
        see(Stage.AFTER_FEED_FORWARD, l, x, batch * shape.width());
    }

    /// Writes the logits that follow token `index` of the last batch to `logits`, which holds one number per token of
    /// the vocabulary. Kept apart from [#run]: most tokens of a prompt need none.
    public void logits(int index, float[] logits) {
        kernels.rmsNorm(x, index * shape.width(), weights.outputNorm(), epsilon, y, 0);
        ofSeveral = false;
        multiply(weights.output(), y, logits, 1);
        cap(logits);
    }

    /// Writes the logits of every token of the last batch of several sequences, one array each.
    public void logitsOfEach(float[][] logits) {
        int batch = logits.length;
        for (int t = 0; t < batch; t++) {
            int at = t * shape.width();
            kernels.rmsNorm(x, at, weights.outputNorm(), epsilon, y, at);
        }
        Linear output = weights.output();
        matMul.runEach(output.weights(), operand(output.weights(), y, batch), logits, batch);
        for (float[] ofToken : logits) {
            if (output.bias().isPresent()) {
                float[] bias = output.bias().get();
                kernels.add(ofToken, bias, 0, bias.length);
            }
            cap(ofToken);
        }
    }

    private void cap(float[] logits) {
        if (config.logitCap() > 0) {
            for (int i = 0; i < logits.length; i++) {
                logits[i] = config.logitCap() * (float) Math.tanh(logits[i] / config.logitCap());
            }
        }
    }

    private static void scale(float[] numbers, int from, int to, float factor) {
        for (int i = from; i < to; i++) {
            numbers[i] *= factor;
        }
    }

    private void multiply(Linear linear, float[] in, float[] out, int batch) {
        float[] operand = operand(linear.weights(), in, batch);
        if (ofSeveral) {
            matMul.runEach(linear.weights(), operand, out, batch);
        } else {
            matMul.run(linear.weights(), operand, out, batch);
        }
        if (linear.bias().isPresent()) {
            float[] bias = linear.bias().get();
            for (int t = 0; t < batch; t++) {
                for (int i = 0; i < bias.length; i++) {
                    out[t * bias.length + i] += bias[i];
                }
            }
        }
    }

    /// What `weights` are multiplied with: BF16 weights meet activations of the same precision, as in training and in
    /// llama.cpp. Sums stay f32.
    private float[] operand(Weights weights, float[] in, int batch) {
        if (weights.type() != WeightType.BF16) {
            return in;
        }
        int count = batch * weights.columns();
        for (int i = 0; i < count; i++) {
            int bits = Float.floatToRawIntBits(in[i]);
            // To the nearest, ties to even.
            narrowed[i] = Float.intBitsToFloat(bits + 0x7FFF + (bits >>> 16 & 1) & 0xFFFF0000);
        }
        return narrowed;
    }

    private void normaliseForAttention(int from, int to) {
        for (int t = from; t < to; t++) {
            kernels.rmsNorm(x, t * shape.width(), layer.attentionNorm(), epsilon, y, t * shape.width());
        }
    }

    private void rotate(int from, int to) {
        for (int t = from; t < to; t++) {
            rotate(queries, shape.queryHeads(), layer.queryNorm().orElse(null), t);
            rotate(keys, shape.kvHeads(), layer.keyNorm().orElse(null), t);
            if (config.queryFactor() != 1) {
                int width = shape.queryHeads() * shape.headSize();
                scale(queries, t * width, (t + 1) * width, config.queryFactor());
            }
        }
    }

    /// Normalises, where the model does, and turns all heads of token `t`.
    private void rotate(float[] heads, int count, float[] norm, int t) {
        for (int head = 0; head < count; head++) {
            int at = (t * count + head) * shape.headSize();
            if (norm != null) {
                kernels.rmsNorm(heads, at, norm, epsilon, heads, at);
            }
            kernels.rope(
                    heads,
                    at,
                    layerAngles,
                    t * rotated,
                    rotated,
                    config.architecture().ropePairs());
        }
    }

    /// Normalises, where the model does, what a block is about to add.
    private void normaliseAddend(Optional<float[]> norm, int from, int to) {
        if (norm.isPresent()) {
            for (int t = from; t < to; t++) {
                kernels.rmsNorm(y, t * shape.width(), norm.get(), epsilon, y, t * shape.width());
            }
        }
    }

    private void normaliseForFeedForward(int from, int to) {
        normaliseAddend(layer.afterAttentionNorm(), from, to);
        kernels.add(x, y, from * shape.width(), to * shape.width());
        for (int t = from; t < to; t++) {
            kernels.rmsNorm(x, t * shape.width(), layer.feedForwardNorm(), epsilon, y, t * shape.width());
        }
    }

    /// Token by token: which numbers meet in one vector must not depend on the batch.
    private void activate(int from, int to) {
        for (int t = from; t < to; t++) {
            if (config.architecture().isGemma()) {
                kernels.geGlu(gate, up, t * shape.ffnWidth(), (t + 1) * shape.ffnWidth());
            } else {
                kernels.swiGlu(gate, up, t * shape.ffnWidth(), (t + 1) * shape.ffnWidth());
            }
        }
    }

    private void addFeedForward(int from, int to) {
        normaliseAddend(layer.afterFeedForwardNorm(), from, to);
        kernels.add(x, y, from * shape.width(), to * shape.width());
    }

    private void see(Stage stage, int l, float[] numbers, int count) {
        probe.see(stage, l, numbers, count);
    }
}
