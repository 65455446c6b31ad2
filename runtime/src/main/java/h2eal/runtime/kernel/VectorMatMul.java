package h2eal.runtime.kernel;

import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Weights times a batch of vectors: four rows are decoded to f32 once, then meet the batch four vectors at a time in a
/// register tile of 16 sums.
final class VectorMatMul {

    private VectorMatMul() {}

    static void run(Weights weights, int fromRow, int toRow, float[] x, float[] y, int batch) {
        int columns = weights.columns();
        float[] panel = new float[4 * columns];
        for (int row = fromRow; row < toRow; row += 4) {
            for (int i = 0; i < 4; i++) {
                VectorDecode.row(weights, Math.min(row + i, toRow - 1), panel, i * columns);
            }
            Tile tile = new Tile(columns, weights.rows(), row, Math.min(4, toRow - row));
            for (int token = 0; token < batch; token += 4) {
                tile4x4(panel, x, token, Math.min(token + 4, batch), y, tile);
            }
        }
    }

    /// Where a tile of four rows lies.
    private record Tile(int columns, int rows, int row, int count) {}

    private static void tile4x4(float[] panel, float[] x, int token, int toToken, float[] y, Tile tile) {
        int columns = tile.columns;
        int x0 = token * columns;
        int x1 = Math.min(token + 1, toToken - 1) * columns;
        int x2 = Math.min(token + 2, toToken - 1) * columns;
        int x3 = Math.min(token + 3, toToken - 1) * columns;
        FloatVector s00 = FloatVector.zero(F);
        FloatVector s01 = FloatVector.zero(F);
        FloatVector s02 = FloatVector.zero(F);
        FloatVector s03 = FloatVector.zero(F);
        FloatVector s10 = FloatVector.zero(F);
        FloatVector s11 = FloatVector.zero(F);
        FloatVector s12 = FloatVector.zero(F);
        FloatVector s13 = FloatVector.zero(F);
        FloatVector s20 = FloatVector.zero(F);
        FloatVector s21 = FloatVector.zero(F);
        FloatVector s22 = FloatVector.zero(F);
        FloatVector s23 = FloatVector.zero(F);
        FloatVector s30 = FloatVector.zero(F);
        FloatVector s31 = FloatVector.zero(F);
        FloatVector s32 = FloatVector.zero(F);
        FloatVector s33 = FloatVector.zero(F);
        int column = 0;
        for (; column + LANES <= columns; column += LANES) {
            FloatVector v0 = FloatVector.fromArray(F, x, x0 + column);
            FloatVector v1 = FloatVector.fromArray(F, x, x1 + column);
            FloatVector v2 = FloatVector.fromArray(F, x, x2 + column);
            FloatVector v3 = FloatVector.fromArray(F, x, x3 + column);
            FloatVector w0 = FloatVector.fromArray(F, panel, column);
            s00 = w0.fma(v0, s00);
            s01 = w0.fma(v1, s01);
            s02 = w0.fma(v2, s02);
            s03 = w0.fma(v3, s03);
            FloatVector w1 = FloatVector.fromArray(F, panel, columns + column);
            s10 = w1.fma(v0, s10);
            s11 = w1.fma(v1, s11);
            s12 = w1.fma(v2, s12);
            s13 = w1.fma(v3, s13);
            FloatVector w2 = FloatVector.fromArray(F, panel, 2 * columns + column);
            s20 = w2.fma(v0, s20);
            s21 = w2.fma(v1, s21);
            s22 = w2.fma(v2, s22);
            s23 = w2.fma(v3, s23);
            FloatVector w3 = FloatVector.fromArray(F, panel, 3 * columns + column);
            s30 = w3.fma(v0, s30);
            s31 = w3.fma(v1, s31);
            s32 = w3.fma(v2, s32);
            s33 = w3.fma(v3, s33);
        }
        int at = token * tile.rows + tile.row;
        y[at] = s00.reduceLanes(VectorOperators.ADD);
        if (tile.count > 1) {
            y[at + 1] = s10.reduceLanes(VectorOperators.ADD);
        }
        if (tile.count > 2) {
            y[at + 2] = s20.reduceLanes(VectorOperators.ADD);
        }
        if (tile.count > 3) {
            y[at + 3] = s30.reduceLanes(VectorOperators.ADD);
        }
        if (token + 1 < toToken) {
            y[at + tile.rows] = s01.reduceLanes(VectorOperators.ADD);
        }
        if (tile.count > 1 && token + 1 < toToken) {
            y[at + tile.rows + 1] = s11.reduceLanes(VectorOperators.ADD);
        }
        if (tile.count > 2 && token + 1 < toToken) {
            y[at + tile.rows + 2] = s21.reduceLanes(VectorOperators.ADD);
        }
        if (tile.count > 3 && token + 1 < toToken) {
            y[at + tile.rows + 3] = s31.reduceLanes(VectorOperators.ADD);
        }
        if (token + 2 < toToken) {
            y[at + 2 * tile.rows] = s02.reduceLanes(VectorOperators.ADD);
        }
        if (tile.count > 1 && token + 2 < toToken) {
            y[at + 2 * tile.rows + 1] = s12.reduceLanes(VectorOperators.ADD);
        }
        if (tile.count > 2 && token + 2 < toToken) {
            y[at + 2 * tile.rows + 2] = s22.reduceLanes(VectorOperators.ADD);
        }
        if (tile.count > 3 && token + 2 < toToken) {
            y[at + 2 * tile.rows + 3] = s32.reduceLanes(VectorOperators.ADD);
        }
        if (token + 3 < toToken) {
            y[at + 3 * tile.rows] = s03.reduceLanes(VectorOperators.ADD);
        }
        if (tile.count > 1 && token + 3 < toToken) {
            y[at + 3 * tile.rows + 1] = s13.reduceLanes(VectorOperators.ADD);
        }
        if (tile.count > 2 && token + 3 < toToken) {
            y[at + 3 * tile.rows + 2] = s23.reduceLanes(VectorOperators.ADD);
        }
        if (tile.count > 3 && token + 3 < toToken) {
            y[at + 3 * tile.rows + 3] = s33.reduceLanes(VectorOperators.ADD);
        }
        for (; column < columns; column++) {
            for (int t = token; t < toToken; t++) {
                for (int r = 0; r < tile.count; r++) {
                    y[t * tile.rows + tile.row + r] += panel[r * columns + column] * x[t * columns + column];
                }
            }
        }
    }
}
