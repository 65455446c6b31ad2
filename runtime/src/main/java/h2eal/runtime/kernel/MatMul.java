package h2eal.runtime.kernel;

import java.util.Objects;

/// Multiplies weight matrices with batches of activations, every worker its own rows. The result does not depend on
/// the number of workers. One thread at a time.
public final class MatMul {

    /// Rows are dealt in runs of this many, so that kernels may work on several rows at once.
    private static final int ROW_GRANULE = 16;

    private final Kernels kernels;
    private final Workers workers;
    private final Workers.Job job = this::share;
    private Weights weights;
    private float[] x;
    private float[] y;
    private int batch;

    public MatMul(Kernels kernels, Workers workers) {
        this.kernels = Objects.requireNonNull(kernels, "kernels");
        this.workers = Objects.requireNonNull(workers, "workers");
    }

    /// Computes `y[t * rows + r] = sum over c of weights[r][c] * x[t * columns + c]` for `batch` vectors.
    ///
    /// @throws IllegalArgumentException if `x` or `y` is too short
    public void run(Weights weights, float[] x, float[] y, int batch) {
        if (batch < 1 || x.length < (long) batch * weights.columns() || y.length < (long) batch * weights.rows()) {
            throw new IllegalArgumentException("%d x %d weights times a batch of %d: x holds %d numbers, y %d"
                    .formatted(weights.rows(), weights.columns(), batch, x.length, y.length));
        }
        this.weights = weights;
        this.x = x;
        this.y = y;
        this.batch = batch;
        workers.run(job);
    }

    private void share(int worker, int count) {
        int from = Workers.shareStart(weights.rows(), ROW_GRANULE, worker, count);
        int to = Workers.shareStart(weights.rows(), ROW_GRANULE, worker + 1, count);
        if (from < to) {
            kernels.matMul(weights, from, to, x, y, batch);
        }
    }
}
