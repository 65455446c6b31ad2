package h2eal.runtime.kernel;

/// The kernels as plain loops with sums in double precision: the reference, and the fallback where the Vector API is
/// not at hand.
public final class ScalarKernels implements Kernels {

    private static final ThreadLocal<float[]> SCRATCH_ROW = ThreadLocal.withInitial(() -> new float[0]);

    private final String reason;

    /// Kernels chosen for their own sake.
    public ScalarKernels() {
        this("asked for");
    }

    /// Kernels chosen because of `reason`.
    ScalarKernels(String reason) {
        this.reason = reason;
    }

    @Override
    public String description() {
        return "scalar, slow: " + reason;
    }

    /// Room for one row of numbers, of the calling thread: a decode step allocates nothing.
    static float[] scratchRow(int columns) {
        if (SCRATCH_ROW.get().length < columns) {
            SCRATCH_ROW.set(new float[columns]);
        }
        return SCRATCH_ROW.get();
    }

    @Override
    public int batchOf(WeightType type) {
        return 128;
    }

    @Override
    public void matMul(Weights weights, int fromRow, int toRow, float[] x, float[] y, int batch) {
        int columns = weights.columns();
        if (batch == 1 && weights.interleaved().isPresent()) {
            float[] rounded = new float[columns];
            weights.interleaved().get().round(x, rounded);
            multiply(weights, fromRow, toRow, rounded, y, batch);
        } else {
            multiply(weights, fromRow, toRow, x, y, batch);
        }
    }

    @Override
    public void matMulEach(Weights weights, int fromRow, int toRow, float[][] xs, float[][] ys, int count) {
        for (int t = 0; t < count; t++) {
            matMul(weights, fromRow, toRow, xs[t], ys[t], 1);
        }
    }

    private static void multiply(Weights weights, int fromRow, int toRow, float[] x, float[] y, int batch) {
        int columns = weights.columns();
        float[] row = scratchRow(columns);
        for (int r = fromRow; r < toRow; r++) {
            weights.read(r, row, 0);
            for (int t = 0; t < batch; t++) {
                double sum = 0;
                for (int c = 0; c < columns; c++) {
                    sum += row[c] * x[t * columns + c];
                }
                y[t * weights.rows() + r] = (float) sum;
            }
        }
    }

    @Override
    public void rmsNorm(float[] x, int at, float[] weight, float epsilon, float[] out, int outAt) {
        double squares = 0;
        for (int i = 0; i < weight.length; i++) {
            squares += (double) x[at + i] * x[at + i];
        }
        float scale = (float) (1 / Math.sqrt(squares / weight.length + epsilon));
        for (int i = 0; i < weight.length; i++) {
            out[outAt + i] = x[at + i] * scale * weight[i];
        }
    }

    @Override
    public void rope(float[] head, int at, float[] angles, int anglesAt, int rotated, RopePairs pairs) {
        int half = rotated / 2;
        for (int i = 0; i < half; i++) {
            int first = switch (pairs) {
                case ADJACENT -> at + 2 * i;
                case HALVES -> at + i;
            };
            int second = switch (pairs) {
                case ADJACENT -> first + 1;
                case HALVES -> first + half;
            };
            float cos = angles[anglesAt + i];
            float sin = angles[anglesAt + half + i];
            float a = head[first];
            float b = head[second];
            head[first] = a * cos - b * sin;
            head[second] = a * sin + b * cos;
        }
    }

    @Override
    public void swiGlu(float[] gate, float[] up, int from, int to) {
        for (int i = from; i < to; i++) {
            gate[i] = (float) (gate[i] / (1 + Math.exp(-gate[i])) * up[i]);
        }
    }

    @Override
    public void geGlu(float[] gate, float[] up, int from, int to) {
        for (int i = from; i < to; i++) {
            double x = gate[i];
            double u = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
            gate[i] = (float) (x / (1 + Math.exp(-2 * u)) * up[i]);
        }
    }

    @Override
    public void softmax(float[] x, int from, int to) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            max = Math.max(max, x[i]);
        }
        double sum = 0;
        for (int i = from; i < to; i++) {
            x[i] = (float) Math.exp(x[i] - max);
            sum += x[i];
        }
        for (int i = from; i < to; i++) {
            x[i] = (float) (x[i] / sum);
        }
    }

    @Override
    public void add(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            x[i] += y[i];
        }
    }
}
