package h2eal.runtime.kernel;

import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// Weights times a batch of vectors. The inputs are transposed once, so that a vector holds one column of many inputs;
/// eight rows are decoded to f32 once and then meet all inputs. Sums need no horizontal additions, and each number
/// decoded serves the whole batch.
final class VectorMatMul {

    private static final int ROWS = 8;

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private VectorMatMul() {}

    static void run(Weights weights, int fromRow, int toRow, float[] x, float[] y, int batch) {
        int columns = weights.columns();
        int width = Math.ceilDiv(batch, LANES) * LANES;
        Scratch scratch = SCRATCH.get();
        scratch.ensure(columns, width);
        float[] inputs = scratch.inputs;
        transpose(x, columns, batch, width, inputs);
        float[] panel = scratch.panel;
        float[] sums = scratch.sums;
        for (int row = fromRow; row < toRow; row += ROWS) {
            int count = Math.min(ROWS, toRow - row);
            for (int i = 0; i < count; i++) {
                VectorDecode.row(weights, row + i, panel, i * columns);
            }
            int input = 0;
            for (; input + 2 * LANES <= width; input += 2 * LANES) {
                tile8x2(panel, columns, inputs, input * columns, sums);
                store(sums, y, new Place(weights.rows(), row, count, input, Math.min(2 * LANES, batch - input)));
            }
            if (input < width) {
                tile8x1(panel, columns, inputs, input * columns, sums);
                store(sums, y, new Place(weights.rows(), row, count, input, batch - input));
            }
        }
    }

    /// What one thread computes with, as large as its largest product: hundreds of products per batch would leave
    /// gigabytes to the garbage collector.
    private static final class Scratch {

        private float[] inputs = {};
        private float[] panel = {};
        private final float[] sums = new float[2 * ROWS * LANES];

        private void ensure(int columns, int width) {
            if (inputs.length < columns * width) {
                inputs = new float[columns * width];
            }
            if (panel.length < ROWS * columns) {
                panel = new float[ROWS * columns];
            }
        }
    }

    /// Tiles of two vectors of inputs, the last of one if that is enough, each `[columns][tile width]`: a tile is read
    /// in one sequential stream. From `[batch][columns]`; inputs beyond the batch are zero.
    private static void transpose(float[] x, int columns, int batch, int width, float[] inputs) {
        if (batch < width) {
            Arrays.fill(inputs, 0, columns * width, 0);
        }
        for (int tile = 0; tile < batch; tile += 2 * LANES) {
            int tileWidth = Math.min(2 * LANES, width - tile);
            int last = Math.min(tile + tileWidth, batch);
            for (int first = 0; first < columns; first += LANES) {
                int end = Math.min(first + LANES, columns);
                for (int input = tile; input < last; input++) {
                    for (int column = first; column < end; column++) {
                        inputs[tile * columns + column * tileWidth + input - tile] = x[input * columns + column];
                    }
                }
            }
        }
    }

    /// Where the sums of a tile go.
    ///
    /// @param stride numbers of one output
    private record Place(int stride, int row, int rows, int input, int inputs) {}

    private static void store(float[] sums, float[] y, Place place) {
        for (int i = 0; i < place.inputs; i++) {
            int at = (place.input + i) * place.stride + place.row;
            for (int r = 0; r < place.rows; r++) {
                y[at + r] = sums[r * 2 * LANES + i];
            }
        }
    }

    /// Eight rows of the panel times two vectors of inputs.
    private static void tile8x2(float[] panel, int columns, float[] inputs, int at, float[] sums) {
        FloatVector s00 = FloatVector.zero(F);
        FloatVector s01 = FloatVector.zero(F);
        FloatVector s10 = FloatVector.zero(F);
        FloatVector s11 = FloatVector.zero(F);
        FloatVector s20 = FloatVector.zero(F);
        FloatVector s21 = FloatVector.zero(F);
        FloatVector s30 = FloatVector.zero(F);
        FloatVector s31 = FloatVector.zero(F);
        FloatVector s40 = FloatVector.zero(F);
        FloatVector s41 = FloatVector.zero(F);
        FloatVector s50 = FloatVector.zero(F);
        FloatVector s51 = FloatVector.zero(F);
        FloatVector s60 = FloatVector.zero(F);
        FloatVector s61 = FloatVector.zero(F);
        FloatVector s70 = FloatVector.zero(F);
        FloatVector s71 = FloatVector.zero(F);
        for (int column = 0; column < columns; column++, at += 2 * LANES) {
            FloatVector x0 = FloatVector.fromArray(F, inputs, at);
            FloatVector x1 = FloatVector.fromArray(F, inputs, at + LANES);
            FloatVector w0 = FloatVector.broadcast(F, panel[column]);
            s00 = w0.fma(x0, s00);
            s01 = w0.fma(x1, s01);
            FloatVector w1 = FloatVector.broadcast(F, panel[columns + column]);
            s10 = w1.fma(x0, s10);
            s11 = w1.fma(x1, s11);
            FloatVector w2 = FloatVector.broadcast(F, panel[2 * columns + column]);
            s20 = w2.fma(x0, s20);
            s21 = w2.fma(x1, s21);
            FloatVector w3 = FloatVector.broadcast(F, panel[3 * columns + column]);
            s30 = w3.fma(x0, s30);
            s31 = w3.fma(x1, s31);
            FloatVector w4 = FloatVector.broadcast(F, panel[4 * columns + column]);
            s40 = w4.fma(x0, s40);
            s41 = w4.fma(x1, s41);
            FloatVector w5 = FloatVector.broadcast(F, panel[5 * columns + column]);
            s50 = w5.fma(x0, s50);
            s51 = w5.fma(x1, s51);
            FloatVector w6 = FloatVector.broadcast(F, panel[6 * columns + column]);
            s60 = w6.fma(x0, s60);
            s61 = w6.fma(x1, s61);
            FloatVector w7 = FloatVector.broadcast(F, panel[7 * columns + column]);
            s70 = w7.fma(x0, s70);
            s71 = w7.fma(x1, s71);
        }
        s00.intoArray(sums, 0);
        s01.intoArray(sums, LANES);
        s10.intoArray(sums, 2 * LANES);
        s11.intoArray(sums, 3 * LANES);
        s20.intoArray(sums, 4 * LANES);
        s21.intoArray(sums, 5 * LANES);
        s30.intoArray(sums, 6 * LANES);
        s31.intoArray(sums, 7 * LANES);
        s40.intoArray(sums, 8 * LANES);
        s41.intoArray(sums, 9 * LANES);
        s50.intoArray(sums, 10 * LANES);
        s51.intoArray(sums, 11 * LANES);
        s60.intoArray(sums, 12 * LANES);
        s61.intoArray(sums, 13 * LANES);
        s70.intoArray(sums, 14 * LANES);
        s71.intoArray(sums, 15 * LANES);
    }

    /// Eight rows of the panel times one vector of inputs.
    private static void tile8x1(float[] panel, int columns, float[] inputs, int at, float[] sums) {
        FloatVector s00 = FloatVector.zero(F);
        FloatVector s10 = FloatVector.zero(F);
        FloatVector s20 = FloatVector.zero(F);
        FloatVector s30 = FloatVector.zero(F);
        FloatVector s40 = FloatVector.zero(F);
        FloatVector s50 = FloatVector.zero(F);
        FloatVector s60 = FloatVector.zero(F);
        FloatVector s70 = FloatVector.zero(F);
        for (int column = 0; column < columns; column++, at += LANES) {
            FloatVector x0 = FloatVector.fromArray(F, inputs, at);
            FloatVector w0 = FloatVector.broadcast(F, panel[column]);
            s00 = w0.fma(x0, s00);
            FloatVector w1 = FloatVector.broadcast(F, panel[columns + column]);
            s10 = w1.fma(x0, s10);
            FloatVector w2 = FloatVector.broadcast(F, panel[2 * columns + column]);
            s20 = w2.fma(x0, s20);
            FloatVector w3 = FloatVector.broadcast(F, panel[3 * columns + column]);
            s30 = w3.fma(x0, s30);
            FloatVector w4 = FloatVector.broadcast(F, panel[4 * columns + column]);
            s40 = w4.fma(x0, s40);
            FloatVector w5 = FloatVector.broadcast(F, panel[5 * columns + column]);
            s50 = w5.fma(x0, s50);
            FloatVector w6 = FloatVector.broadcast(F, panel[6 * columns + column]);
            s60 = w6.fma(x0, s60);
            FloatVector w7 = FloatVector.broadcast(F, panel[7 * columns + column]);
            s70 = w7.fma(x0, s70);
        }
        s00.intoArray(sums, 0);
        s10.intoArray(sums, 2 * LANES);
        s20.intoArray(sums, 4 * LANES);
        s30.intoArray(sums, 6 * LANES);
        s40.intoArray(sums, 8 * LANES);
        s50.intoArray(sums, 10 * LANES);
        s60.intoArray(sums, 12 * LANES);
        s70.intoArray(sums, 14 * LANES);
    }
}
