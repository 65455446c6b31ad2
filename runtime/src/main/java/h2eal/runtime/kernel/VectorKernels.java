package h2eal.runtime.kernel;

import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.LANES;

import h2eal.runtime.foreign.NativeLibrary;
import h2eal.runtime.interleaved.InterleavedDots;
import h2eal.runtime.memory.Prefetch;
import h2eal.runtime.packed.PackedDots;
import h2eal.runtime.vector.LaneSum;
import h2eal.runtime.vector.VectorMath;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;

/// The kernels on the Vector API.
public final class VectorKernels implements Kernels {

    /// Types whose rows are multiplied as they lie. Once for all: a decode step allocates nothing.
    private static final Optional<PackedDots> Q4_K = Optional.of(PackedDots.Q4_K);
    private static final Optional<PackedDots> Q5_K = Optional.of(PackedDots.Q5_K);
    private static final Optional<PackedDots> Q6_K = Optional.of(PackedDots.Q6_K);

    /// Rows whose sums a call of [VectorDots] holds at most.
    private static final int MOST_ROWS = 8;
    /// Bytes of the rows that meet every vector in turn: they stay in the second-level cache.
    private static final int CACHED_BYTES = 1 << 18;

    private final ScalarKernels scalar = new ScalarKernels();

    @Override
    public String description() {
        return "Vector API, %d bits%s"
                .formatted(F.vectorBitSize(), Prefetch.description() + NativeLibrary.description());
    }

    /// Inputs in bytes take a quarter of the place.
    @Override
    public int batchOf(WeightType type) {
        return NativeMatMul.suits(type) ? 512 : 128;
    }

    @Override
    public void matMul(Weights weights, int fromRow, int toRow, float[] x, float[] y, int batch) {
        if (batch > 1) {
            if (NativeMatMul.suits(weights.type())) {
                NativeMatMul.run(weights, fromRow, toRow, x, y, batch);
            } else {
                VectorMatMul.run(weights, fromRow, toRow, x, y, batch);
            }
            return;
        }
        if (weights.interleaved().isPresent()) {
            InterleavedDots.multiply(weights.interleaved().get(), fromRow, toRow, x, y);
            return;
        }
        if (weights.type() == WeightType.F16 && NativeMatMul.multipliesHalves()) {
            NativeMatMul.multiplyHalves(weights, fromRow, toRow, x, y);
            return;
        }
        Optional<PackedDots> packed = packed(weights.type());
        if (packed.isPresent() && weights.columns() % packed.get().granule() == 0) {
            packed.get().multiply(weights.data(), weights.columns(), fromRow, toRow, x, y);
        } else {
            multiply(weights, fromRow, toRow, x, y);
        }
    }

    @Override
    public void matMulEach(Weights weights, int fromRow, int toRow, float[][] xs, float[][] ys, int count) {
        if (weights.interleaved().isPresent()) {
            InterleavedDots.multiplyEach(weights.interleaved().get(), fromRow, toRow, xs, ys, count);
            return;
        }
        int step = Math.max(1, (int) (CACHED_BYTES / weights.rowBytes()));
        for (int row = fromRow; row < toRow; row += step) {
            for (int t = 0; t < count; t++) {
                matMul(weights, row, Math.min(toRow, row + step), xs[t], ys[t], 1);
            }
        }
    }

    private static Optional<PackedDots> packed(WeightType type) {
        return switch (type) {
            case Q4_K -> Q4_K;
            case Q5_K -> Q5_K;
            case Q6_K -> Q6_K;
            case F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, IQ4_NL, MXFP4, Q2_K, Q3_K, IQ4_XS -> Optional.empty();
        };
    }

    private static void multiply(Weights weights, int fromRow, int toRow, float[] x, float[] y) {
        int count = toRow - fromRow;
        // an odd one, so that rows taken at once do not all begin at the same place of a page: their lines would meet
        // in the same sets of a cache
        int stride = count < rowsAtOnce(weights.type()) ? 0 : count / rowsAtOnce(weights.type()) - 1 | 1;
        float[] scratch = ScalarKernels.scratchRow(Math.max(weights.columns(), MOST_ROWS * LANES));
        for (int row = 0; row < stride; row++) {
            dots(weights, fromRow + row, stride, x, y, scratch);
        }
        for (int row = fromRow + stride * rowsAtOnce(weights.type()); row < toRow; row++) {
            dots(weights, row, 0, x, y, scratch);
        }
    }

    private static int rowsAtOnce(WeightType type) {
        return switch (type) {
            case F32, F16, BF16, Q4_0 -> 4;
            case Q8_0 -> 8;
            case Q4_1, Q5_0, Q5_1, IQ4_NL, MXFP4, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_XS -> 1;
        };
    }

    /// As many rows as are taken at once, `stride` apart.
    private static void dots(Weights weights, int row, int stride, float[] x, float[] y, float[] scratch) {
        switch (weights.type()) {
            case F32 -> VectorDots.f32(weights, row, stride, x, y, scratch);
            case F16 -> VectorDots.f16(weights, row, stride, x, y, scratch);
            case BF16 -> VectorDots.bf16(weights, row, stride, x, y, scratch);
            case Q8_0 -> VectorDots.q8(weights, row, stride, x, y, scratch);
            case Q4_0 -> VectorDots.q4(weights, row, stride, x, y, scratch);
            case Q4_1, Q5_0, Q5_1, IQ4_NL, MXFP4, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_XS ->
                VectorDots.decoded(weights, row, x, y, scratch);
        }
    }

    @Override
    public void rmsNorm(float[] x, int at, float[] weight, float epsilon, float[] out, int outAt) {
        int size = weight.length;
        FloatVector squares = FloatVector.zero(F);
        int i = 0;
        for (; i + LANES <= size; i += LANES) {
            FloatVector numbers = FloatVector.fromArray(F, x, at + i);
            squares = numbers.fma(numbers, squares);
        }
        double sum = LaneSum.of(squares);
        for (; i < size; i++) {
            sum += x[at + i] * x[at + i];
        }
        float scale = (float) (1 / Math.sqrt(sum / size + epsilon));
        for (i = 0; i + LANES <= size; i += LANES) {
            FloatVector.fromArray(F, x, at + i)
                    .mul(scale)
                    .mul(FloatVector.fromArray(F, weight, i))
                    .intoArray(out, outAt + i);
        }
        for (; i < size; i++) {
            out[outAt + i] = x[at + i] * scale * weight[i];
        }
    }

    @Override
    public void rope(float[] head, int at, float[] angles, int anglesAt, int rotated, RopePairs pairs) {
        scalar.rope(head, at, angles, anglesAt, rotated, pairs);
    }

    @Override
    public void swiGlu(float[] gate, float[] up, int from, int to) {
        int i = from;
        for (; i + LANES <= to; i += LANES) {
            FloatVector numbers = FloatVector.fromArray(F, gate, i);
            numbers.div(VectorMath.exp(numbers.neg()).add(1f))
                    .mul(FloatVector.fromArray(F, up, i))
                    .intoArray(gate, i);
        }
        scalar.swiGlu(gate, up, i, to);
    }

    @Override
    public void geGlu(float[] gate, float[] up, int from, int to) {
        float linear = (float) (-2 * Math.sqrt(2 / Math.PI));
        float cubic = 0.044715f * linear;
        int i = from;
        for (; i + LANES <= to; i += LANES) {
            FloatVector x = FloatVector.fromArray(F, gate, i);
            FloatVector power = x.mul(x.mul(x).mul(cubic).add(linear));
            x.div(VectorMath.exp(power).add(1f))
                    .mul(FloatVector.fromArray(F, up, i))
                    .intoArray(gate, i);
        }
        scalar.geGlu(gate, up, i, to);
    }

    @Override
    public void softmax(float[] x, int from, int to) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            max = Math.max(max, x[i]);
        }
        FloatVector sums = FloatVector.zero(F);
        int i = from;
        for (; i + LANES <= to; i += LANES) {
            FloatVector weight = VectorMath.exp(FloatVector.fromArray(F, x, i).sub(max));
            sums = sums.add(weight);
            weight.intoArray(x, i);
        }
        float sum = LaneSum.of(sums);
        for (; i < to; i++) {
            x[i] = (float) Math.exp(x[i] - max);
            sum += x[i];
        }
        for (i = from; i < to; i++) {
            x[i] /= sum;
        }
    }

    @Override
    public void add(float[] x, float[] y, int from, int to) {
        scalar.add(x, y, from, to);
    }
}
