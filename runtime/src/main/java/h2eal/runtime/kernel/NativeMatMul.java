package h2eal.runtime.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import h2eal.runtime.foreign.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.Objects;

/// Quantised weights times a batch of vectors in C, see `matmul.c`: both rounded to 8 bits, in blocks that share a
/// scale. A panel of rows stays in the second-level cache while all vectors meet it. And halves times one vector, see
/// `rows.c`.
final class NativeMatMul {

    private static final int BLOCK = 32;
    private static final int ROWS_TOGETHER = 16;
    private static final int VECTORS_TOGETHER = 8;
    /// Of the rounded rows of a panel.
    private static final int PANEL_BYTES = 256 << 10;
    /// `struct weights` and `struct inputs`: bytes, scales, and offsets of inputs.
    private static final int WEIGHT_BYTES = ROWS_TOGETHER * (BLOCK + Float.BYTES);

    private static final int INPUT_BYTES = VECTORS_TOGETHER * (BLOCK + Float.BYTES + Integer.BYTES);

    /// Absent where native kernels are not to be had. Not an `Optional`: the compiler inlines constants only.
    private static final MethodHandle ROUND_WEIGHTS = NativeLibrary.find(
                    "h2eal_roundWeights", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT))
            .orElse(null);

    private static final MethodHandle COPY_WEIGHTS = NativeLibrary.find(
                    "h2eal_copyWeights", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT))
            .orElse(null);

    private static final MethodHandle ROUND_INPUTS = NativeLibrary.find(
                    "h2eal_roundInputs", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG))
            .orElse(null);

    private static final MethodHandle MULTIPLY = NativeLibrary.find(
                    "h2eal_multiply",
                    FunctionDescriptor.ofVoid(
                            JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT))
            .orElse(null);

    private static final MethodHandle MULTIPLY_HALVES = NativeLibrary.find(
                    "h2eal_multiplyHalves",
                    FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT))
            .orElse(null);

    /// Rows of halves of one call, which keeps a garbage collection waiting.
    private static final int MOST_HALVES = 256;

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private NativeMatMul() {}

    /// Whether weights of `type` can be multiplied so: numbers of 16 bits and more would lose by it.
    static boolean suits(WeightType type) {
        return MULTIPLY != null && type.decoder().isPresent();
    }

    /// As [Kernels#matMul].
    static void run(Weights weights, int fromRow, int toRow, float[] x, float[] y, int batch) {
        check(weights, fromRow, toRow, x, y, batch);
        Scratch scratch = SCRATCH.get();
        int columns = weights.columns();
        int blocks = columns / BLOCK;
        int panelRows = Math.max(1, PANEL_BYTES / (ROWS_TOGETHER * columns)) * ROWS_TOGETHER;
        scratch.ensure(
                (long) panelRows / ROWS_TOGETHER * blocks * WEIGHT_BYTES,
                (long) Math.ceilDiv(batch, VECTORS_TOGETHER) * blocks * INPUT_BYTES,
                columns);
        try {
            ROUND_INPUTS.invokeExact(MemorySegment.ofArray(x), columns, batch, scratch.inputs.address());
            MemorySegment products = MemorySegment.ofArray(y);
            for (int first = fromRow; first < toRow; first += panelRows) {
                int rows = Math.min(panelRows, toRow - first);
                for (int i = 0; i < rows; i++) {
                    long to = scratch.panel.address() + (long) i / ROWS_TOGETHER * blocks * WEIGHT_BYTES;
                    round(weights, first + i, scratch, to, i % ROWS_TOGETHER);
                }
                MULTIPLY.invokeExact(
                        scratch.panel.address(),
                        rows,
                        scratch.inputs.address(),
                        columns,
                        batch,
                        products,
                        weights.rows(),
                        first);
            }
        } catch (Throwable failure) {
            throw new IllegalStateException("native product failed", failure);
        }
        Reference.reachabilityFence(weights);
        Reference.reachabilityFence(scratch);
    }

    /// C would write wherever it is told to.
    private static void check(Weights weights, int fromRow, int toRow, float[] x, float[] y, int batch) {
        Objects.checkFromToIndex(fromRow, toRow, weights.rows());
        Objects.checkFromIndexSize(0, Math.multiplyExact(batch, weights.columns()), x.length);
        Objects.checkFromIndexSize(0, Math.multiplyExact(batch, weights.rows()), y.length);
    }

    /// Whether [#multiplyHalves] may be called.
    static boolean multipliesHalves() {
        return MULTIPLY_HALVES != null;
    }

    /// Multiplies rows `fromRow..toRow` of F16 weights with one vector.
    static void multiplyHalves(Weights weights, int fromRow, int toRow, float[] x, float[] y) {
        check(weights, fromRow, toRow, x, y, 1);
        MemorySegment vector = MemorySegment.ofArray(x);
        MemorySegment products = MemorySegment.ofArray(y);
        try {
            for (int row = fromRow; row < toRow; row += MOST_HALVES) {
                int rows = Math.min(MOST_HALVES, toRow - row);
                MULTIPLY_HALVES.invokeExact(
                        VectorDecode.address(weights, row), weights.columns(), rows, vector, products, row);
            }
        } catch (Throwable failure) {
            throw new IllegalStateException("native product failed", failure);
        }
        Reference.reachabilityFence(weights);
    }

    /// Rounds row `row` of the weights to row `place` of the sixteen at `to`.
    private static void round(Weights weights, int row, Scratch scratch, long to, int place) throws Throwable {
        if (weights.type() == WeightType.Q8_0) {
            COPY_WEIGHTS.invokeExact(VectorDecode.address(weights, row), weights.columns(), to, place);
        } else {
            VectorDecode.row(weights, row, scratch.row, 0);
            ROUND_WEIGHTS.invokeExact(scratch.rowOfKernel, weights.columns(), to, place);
        }
    }

    /// What one thread computes with, as large as its largest product.
    private static final class Scratch {

        private MemorySegment panel = MemorySegment.NULL;
        private MemorySegment inputs = MemorySegment.NULL;
        private float[] row = {};
        private MemorySegment rowOfKernel = MemorySegment.ofArray(row);

        private void ensure(long panelBytes, long inputBytes, int columns) {
            panel = room(panel, panelBytes);
            inputs = room(inputs, inputBytes);
            if (row.length < columns) {
                row = new float[columns];
                rowOfKernel = MemorySegment.ofArray(row);
            }
        }

        private static MemorySegment room(MemorySegment memory, long bytes) {
            return memory.byteSize() >= bytes ? memory : Arena.ofAuto().allocate(bytes, 64);
        }
    }
}
