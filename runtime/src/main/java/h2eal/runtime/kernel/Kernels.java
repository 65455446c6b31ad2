package h2eal.runtime.kernel;

import h2eal.runtime.vector.VectorShapes;

/// The arithmetic of a forward pass over plain `float[]` activations and off-heap weights.
///
/// Two twins compute the same: [ScalarKernels] says what is meant, `VectorKernels` says it in SIMD. They agree within
/// rounding, not bit by bit. Kernels hold no state, allocate nothing and may be shared by threads; parallel callers
/// give each thread its own rows.
///
/// Activations are row-major `float[]`: token t of a batch of vectors of width w occupies `[t * w, (t + 1) * w)`. They
/// fit the cache, so their place costs little, and everything that is not a kernel stays plain Java.
public sealed interface Kernels permits ScalarKernels, VectorKernels {

    /// The fastest kernels this JVM runs; [#description] says why when they are scalar.
    static Kernels best() {
        if ("0".equals(System.getProperty(VectorShapes.WIDTH_PROPERTY))) {
            return new ScalarKernels(VectorShapes.WIDTH_PROPERTY + " is 0");
        }
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return new ScalarKernels("java runs without --add-modules jdk.incubator.vector");
        }
        return VectorShapes.preferredBits() < 128
                ? new ScalarKernels("this JVM has no vectors for this CPU")
                : new VectorKernels();
    }

    /// What these kernels run on, and if they are scalar, why: one line for people.
    String description();

    /// Multiplies rows `fromRow..toRow` of `weights` with every vector of a batch:
    /// `y[t * rows + r] = sum over c of weights[r][c] * x[t * columns + c]`. Weights are read once per call, not once
    /// per vector. A single vector meets interleaved weights rounded to 8 bits in blocks that share a scale.
    ///
    /// @param x `batch` vectors of `weights.columns()` numbers
    /// @param y `batch` vectors of `weights.rows()` numbers; only the columns of the rows asked for are written
    void matMul(Weights weights, int fromRow, int toRow, float[] x, float[] y, int batch);

    /// Vectors of a batch that suits [#matMul] with weights of `type`: the more, the seldomer weights are read and
    /// unpacked, as long as the inputs stay in the caches.
    int batchOf(WeightType type);

    /// As [#matMul] with the first `count` vectors of `xs` in turn, each to the last bit as if alone; rows are read
    /// from memory once, and from the cache for every further vector.
    ///
    /// @param ys one array per result
    void matMulEach(Weights weights, int fromRow, int toRow, float[][] xs, float[][] ys, int count);

    /// Root-mean-square normalisation of one vector as long as `weight`:
    /// `out[i] = x[i] / sqrt(mean(x^2) + epsilon) * weight[i]`. `out` may be `x`.
    void rmsNorm(float[] x, int at, float[] weight, float epsilon, float[] out, int outAt);

    /// Rotates the first `rotated` numbers of one head in place (RoPE). Pair i turns by the angle whose cosine is
    /// `angles[anglesAt + i]` and whose sine is `angles[anglesAt + rotated / 2 + i]`.
    void rope(float[] head, int at, float[] angles, int anglesAt, int rotated, RopePairs pairs);

    /// Gated activation in place: `gate[i] = gate[i] / (1 + exp(-gate[i])) * up[i]` for `from <= i < to` (SwiGLU).
    void swiGlu(float[] gate, float[] up, int from, int to);

    /// Gated activation in place with the tanh form of GELU: `gate[i] = gate[i] / (1 + exp(-2 u)) * up[i]` with
    /// `u = sqrt(2 / pi) * (gate[i] + 0.044715 * gate[i]^3)` (GeGLU).
    void geGlu(float[] gate, float[] up, int from, int to);

    /// Replaces `x[from..to)` by its softmax.
    void softmax(float[] x, int from, int to);

    /// Adds `y[from..to)` to `x[from..to)`.
    void add(float[] x, float[] y, int from, int to);
}
