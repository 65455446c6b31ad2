package h2eal.runtime.parallel;

import h2eal.runtime.interleaved.InterleavedRows;
import h2eal.runtime.kernel.Kernels;
import h2eal.runtime.kernel.Weights;
import java.util.Objects;

/// Multiplies weight matrices with batches of activations, every worker its own rows. The result does not depend on
/// the number of workers. One thread at a time.
public final class MatMul {

    /// Rows are dealt in runs of this many, so that kernels may work on several rows at once: of the larger number, on
    /// whole tiles of interleaved rows.
    private static final int FEW_ROWS = 16;

    private static final int MANY_ROWS = InterleavedRows.TILE_ROWS;

    private final Kernels kernels;
    private final Workers workers;
    private final Workers.Job job = this::share;
    private Weights weights;
    private float[] x;
    private float[] y;
    private int batch;
    private final Workers.Job jobOfEach = this::shareForEach;
    /// One vector each, so that a kernel for one vector can be used.
    private float[][] inputs = {};

    private float[][] outputs = {};
    private float[][] targets = {};

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

    /// As [#run], but every vector's result is, to the last bit, that of a batch of one.
    public void runEach(Weights weights, float[] x, float[] y, int batch) {
        int rows = weights.rows();
        outputs = room(outputs, batch, rows);
        runEach(weights, x, outputs, batch);
        for (int t = 0; t < batch; t++) {
            System.arraycopy(outputs[t], 0, y, t * rows, rows);
        }
    }

    /// [#runEach] with one array per result.
    public void runEach(Weights weights, float[] x, float[][] ys, int batch) {
        int columns = weights.columns();
        inputs = room(inputs, batch, columns);
        for (int t = 0; t < batch; t++) {
            System.arraycopy(x, t * columns, inputs[t], 0, columns);
        }
        this.weights = weights;
        this.batch = batch;
        targets = ys;
        workers.run(jobOfEach);
    }

    private static float[][] room(float[][] arrays, int count, int size) {
        boolean fits = arrays.length >= count;
        for (float[] array : arrays) {
            fits &= array.length >= size;
        }
        return fits ? arrays : new float[Math.max(count, arrays.length)][size];
    }

    private void shareForEach(int worker, int count) {
        int from = start(worker, count);
        int to = start(worker + 1, count);
        kernels.matMulEach(weights, from, to, inputs, targets, batch);
    }

    private int start(int worker, int count) {
        int granule = weights.rows() < 4 * MANY_ROWS * count ? FEW_ROWS : MANY_ROWS;
        return Workers.shareStart(weights.rows(), granule, worker, count);
    }

    private void share(int worker, int count) {
        int from = start(worker, count);
        int to = start(worker + 1, count);
        if (from < to) {
            kernels.matMul(weights, from, to, x, y, batch);
        }
    }
}
