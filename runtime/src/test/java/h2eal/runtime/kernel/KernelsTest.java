package h2eal.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs the same lambda on both twins. Run again with narrower vectors and with native kernels by the build.
class KernelsTest {

    private static final int[] SIZES = {1, 13, 31, 32, 64, 207, 1000, 4098};

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void twinsMultiplyAlike(WeightType type) {
        Random random = new Random(5);
        for (int size : SIZES) {
            int columns = Math.ceilDiv(size, type.blockWeights()) * type.blockWeights();
            for (int rows : new int[] {1, 4, 7, 18}) {
                Weights weights = random(type, rows, columns, random);
                for (int batch : new int[] {1, 2, 4, 7}) {
                    float[] x = gaussian(random, batch * columns);
                    boolean isRounded = batch > 1 && NativeMatMul.suits(type);
                    Weights plainWeights = isRounded && type != WeightType.Q8_0 ? rounded(weights) : weights;
                    float[] plainX = isRounded ? rounded(x) : x;
                    assertTwins(1e-6f * (4 + columns / 4), kernels -> {
                        boolean isPlain = kernels instanceof ScalarKernels;
                        float[] y = new float[batch * rows];
                        kernels.matMul(isPlain ? plainWeights : weights, 0, rows, isPlain ? plainX : x, y, batch);
                        return y;
                    });
                }
            }
        }
    }

    /// What the native product of a batch computes with.
    private static float[] rounded(float[] numbers) {
        float[] rounded = new float[numbers.length];
        for (int block = 0; block < numbers.length; block += 32) {
            float largest = 0;
            for (int i = block; i < block + 32; i++) {
                largest = Math.max(largest, Math.abs(numbers[i]));
            }
            for (int i = block; i < block + 32; i++) {
                rounded[i] = largest == 0 ? 0 : (float) Math.rint(numbers[i] * (127 / largest)) * (largest / 127);
            }
        }
        return rounded;
    }

    private static Weights rounded(Weights weights) {
        int columns = weights.columns();
        MemorySegment data = Arena.ofAuto().allocate((long) weights.rows() * columns * Float.BYTES);
        float[] row = new float[columns];
        for (int i = 0; i < weights.rows(); i++) {
            weights.read(i, row, 0);
            MemorySegment.copy(
                    rounded(row), 0, data, ValueLayout.JAVA_FLOAT, (long) i * columns * Float.BYTES, columns);
        }
        return new Weights(data, WeightType.F32, weights.rows(), columns);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EXCLUDE,
            names = {"F32", "F16", "BF16"})
    void roundedBatchesCostLessThanAPercent(WeightType type) {
        Random random = new Random(15);
        Weights weights = random(type, 64, 2048, random);
        assumeTrue(NativeMatMul.suits(type));
        float[] x = gaussian(random, 9 * 2048);
        float[] exact = new float[9 * 64];
        float[] rounded = new float[9 * 64];
        new ScalarKernels("exact").matMul(weights, 0, 64, x, exact, 9);
        new VectorKernels().matMul(weights, 0, 64, x, rounded, 9);
        assertThat(distance(rounded, exact)).isBetween(1e-4 * norm(exact), 1e-2 * norm(exact));
    }

    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "F16"})
    void arraysThatAreTooShortAreRefusedAndNotWrittenBeyond(WeightType type) {
        Weights weights = random(type, 64, 256, new Random(16));
        int batch = type == WeightType.F16 ? 1 : 8;
        float[] x = new float[batch * 256];
        float[] y = new float[batch * 64];
        VectorKernels kernels = new VectorKernels();
        assertThatThrownBy(() -> kernels.matMul(weights, 0, 64, x, new float[y.length - 1], batch))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> kernels.matMul(weights, 0, 64, new float[x.length - 1], y, batch))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> kernels.matMul(weights, 0, 65, x, y, batch))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static double distance(float[] a, float[] b) {
        float[] difference = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = a[i] - b[i];
        }
        return norm(difference);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EXCLUDE,
            names = {"F32", "F16", "BF16"})
    void twinsMultiplyInterleavedRowsAlike(WeightType type) {
        Random random = new Random(12);
        int block = type.blockWeights();
        for (int columns : new int[] {block, 3 * block, 1024, 1024 + 5 * block, 4096}) {
            for (int rows : new int[] {1, 16, 23, 130, 275}) {
                Weights weights = interleaved(random(type, rows, columns, random));
                float[] x = gaussian(random, columns);
                assertTwins(1e-6f * (4 + columns / 4), kernels -> {
                    float[] y = new float[rows];
                    kernels.matMul(weights, 0, rows, x, y, 1);
                    return y;
                });
            }
        }
    }

    /// What decides is the largest sum that 16 bits must hold.
    @ParameterizedTest
    @EnumSource(
            mode = EXCLUDE,
            names = {"F32", "F16", "BF16"})
    void inputsOfOneMagnitudeDoNotOverflow(WeightType type) {
        for (byte bits : new byte[] {0, -1}) {
            Weights weights = random(type, 16, 512, new Random(13));
            float[] x = new float[512];
            for (int i = 0; i < x.length; i++) {
                x[i] = bits == 0 ? 3 : -3;
            }
            fillNumbers(weights, bits);
            Weights copy = interleaved(weights);
            assertTwins(1e-2f, kernels -> {
                float[] y = new float[16];
                kernels.matMul(copy, 0, 16, x, y, 1);
                return y;
            });
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EXCLUDE,
            names = {"F32", "F16", "BF16", "Q8_0", "IQ4_NL", "IQ4_XS", "MXFP4"})
    void roundedInputsCostLessThanAPercent(WeightType type) {
        Random random = new Random(14);
        Weights weights = random(type, 64, 2048, random);
        float[] x = gaussian(random, 2048);
        float[] exact = new float[64];
        float[] rounded = new float[64];
        new VectorKernels().matMul(weights, 0, 64, x, exact, 1);
        new VectorKernels().matMul(interleaved(weights), 0, 64, x, rounded, 1);
        assertThat(distance(rounded, exact)).isBetween(1e-5 * norm(exact), 1e-2 * norm(exact));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EXCLUDE,
            names = {"F32", "F16", "BF16"})
    void sharesOfInterleavedRowsChangeNoBit(WeightType type) {
        Random random = new Random(15);
        Weights weights = interleaved(random(type, 300, 512, random));
        float[] x = gaussian(random, 512);
        float[] whole = new float[300];
        float[] shares = new float[300];
        VectorKernels kernels = new VectorKernels();
        kernels.matMul(weights, 0, 300, x, whole, 1);
        kernels.matMul(weights, 0, 32, x, shares, 1);
        assertThat(shares[32]).isZero();
        kernels.matMul(weights, 32, 37, x, shares, 1);
        assertThat(shares[37]).isZero();
        kernels.matMul(weights, 37, 300, x, shares, 1);
        assertThat(shares).isEqualTo(whole);
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void eachOfManyVectorsMeetsTheRowsAsIfAlone(WeightType type) {
        Random random = new Random(17);
        Weights weights = random(type, 300, 512, random);
        long copyBytes = weights.interleavedBytes();
        Weights rows = copyBytes == 0 ? weights : interleaved(weights);
        float[][] xs = {gaussian(random, 512), gaussian(random, 512), gaussian(random, 512)};
        VectorKernels kernels = new VectorKernels();
        float[][] each = new float[3][300];
        kernels.matMulEach(rows, 17, 290, xs, each, 3);
        for (int t = 0; t < xs.length; t++) {
            float[] alone = new float[300];
            kernels.matMul(rows, 17, 290, xs[t], alone, 1);
            assertThat(each[t]).isEqualTo(alone);
        }
    }

    /// Zeros, infinities, tiny numbers, and scales that are denormal halves.
    @ParameterizedTest
    @EnumSource(
            mode = EXCLUDE,
            names = {"F32", "F16", "BF16", "Q8_0", "IQ4_NL", "IQ4_XS", "MXFP4"})
    void unusualNumbersOfInterleavedRows(WeightType type) {
        Random random = new Random(16);
        Weights weights = interleaved(random(type, 16, 256, random, 1e-6f));
        VectorKernels kernels = new VectorKernels();
        float[] y = new float[16];
        kernels.matMul(weights, 0, 16, new float[256], y, 1);
        assertThat(y).containsOnly(0);
        float[] x = gaussian(random, 256);
        assertTwins(1e-11f, twin -> {
            float[] out = new float[16];
            twin.matMul(weights, 0, 16, x, out, 1);
            return out;
        });
        x[7] = Float.MIN_VALUE;
        x[40] = Float.POSITIVE_INFINITY;
        kernels.matMul(weights, 0, 16, x, y, 1);
        assertThat(y).containsOnly(Float.NaN);
    }

    private static Weights interleaved(Weights weights) {
        return weights.interleave(Arena.ofAuto().allocate(weights.interleavedBytes(), 64));
    }

    /// Sets every byte of the weights' numbers, not those of scales.
    private static void fillNumbers(Weights weights, byte bits) {
        int block = weights.type().blockBytes();
        int from = switch (weights.type()) {
            case Q3_K, Q6_K -> 0;
            case MXFP4 -> 1;
            case Q8_0, Q4_0, Q5_0, IQ4_NL -> 2;
            case Q4_1, Q5_1 -> 4;
            case IQ4_XS -> 8;
            default -> 16;
        };
        int to = switch (weights.type()) {
            case Q2_K -> 80;
            case Q3_K -> 96;
            case Q6_K -> 192;
            default -> block;
        };
        for (long at = 0; at < weights.data().byteSize(); at += block) {
            weights.data().asSlice(at + from, to - from).fill(bits);
        }
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void onlyTheRowsAskedForAreWrittenAndSharesChangeNoBit(WeightType type) {
        Random random = new Random(6);
        int columns = Math.max(96, type.blockWeights());
        Weights weights = random(type, 37, columns, random);
        float[] x = gaussian(random, 3 * columns);
        for (int batch : new int[] {1, 3}) {
            VectorKernels kernels = new VectorKernels();
            float[] whole = new float[batch * 37];
            kernels.matMul(weights, 0, 37, x, whole, batch);
            float[] shares = new float[batch * 37];
            kernels.matMul(weights, 0, 16, x, shares, batch);
            assertThat(shares[16]).isZero();
            assertThat(shares[36]).isZero();
            kernels.matMul(weights, 16, 33, x, shares, batch);
            kernels.matMul(weights, 33, 37, x, shares, batch);
            assertThat(shares).isEqualTo(whole);
        }
    }

    @Test
    void everyHalfIsDecodedExactly() {
        Weights weights = everyFiniteHalf(1, 1 << 16);
        float[] expected = new float[1 << 16];
        float[] actual = new float[1 << 16];
        weights.read(0, expected, 0);
        VectorDecode.row(weights, 0, actual, 0);
        assertThat(actual).isEqualTo(expected);
    }

    /// Denormal ones and both zeros too: each is the only weight that a row's input meets.
    @Test
    void everyHalfIsMultipliedExactly() {
        Weights weights = everyFiniteHalf(1 << 10, 64);
        float[] decoded = new float[64];
        for (int column = 0; column < 64; column++) {
            float[] x = new float[64];
            x[column] = 3;
            float[] y = new float[1 << 10];
            new VectorKernels().matMul(weights, 0, 1 << 10, x, y, 1);
            for (int row = 0; row < 1 << 10; row++) {
                weights.read(row, decoded, 0);
                assertThat(y[row]).isEqualTo(0f + 3 * decoded[column]);
            }
        }
    }

    private static Weights everyFiniteHalf(int rows, int columns) {
        MemorySegment data = Arena.ofAuto().allocate(2L << 16, 64);
        for (int bits = 0; bits < 1 << 16; bits++) {
            boolean finite = (bits & 0x7C00) != 0x7C00;
            data.set(Weights.SHORT, 2L * bits, finite ? (short) bits : 0);
        }
        return new Weights(data, WeightType.F16, rows, columns);
    }

    @ParameterizedTest
    @EnumSource(WeightType.class)
    void rowsDecodeToTheSameBits(WeightType type) {
        Weights weights = random(type, 3, 768, new Random(10));
        float[] expected = new float[770];
        float[] actual = new float[770];
        weights.read(1, expected, 2);
        VectorDecode.row(weights, 1, actual, 2);
        assertThat(actual).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 64, 207, 4098})
    void twinsNormaliseAlike(int size) {
        Random random = new Random(7);
        float[] x = gaussian(random, size + 3);
        float[] weight = gaussian(random, size);
        assertTwins(2e-6f, kernels -> {
            float[] out = new float[size + 5];
            kernels.rmsNorm(x, 3, weight, 1e-5f, out, 5);
            return out;
        });
    }

    @ParameterizedTest
    @EnumSource(RopePairs.class)
    void rotationsKeepLengths(RopePairs pairs) {
        Random random = new Random(8);
        for (int rotated : new int[] {2, 6, 16, 32, 64, 80, 128}) {
            float[] head = gaussian(random, rotated + 4);
            float[] angles = angles(random, rotated);
            assertTwins(1e-6f, kernels -> {
                float[] turned = head.clone();
                kernels.rope(turned, 4, angles, 0, rotated, pairs);
                assertThat(norm(turned)).isCloseTo(norm(head), within(1e-4));
                return turned;
            });
        }
        float[] quarter = {0, 0, 1, 1};
        float[] four = {1, 2, 3, 4};
        new VectorKernels().rope(four, 0, quarter, 0, 4, pairs);
        assertThat(four)
                .containsExactly(pairs == RopePairs.ADJACENT ? new float[] {-2, 1, -4, 3} : new float[] {-3, -4, 1, 2});
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 64, 207, 4098})
    void twinsActivateAndSoftmaxAlike(int size) {
        Random random = new Random(9);
        float[] x = gaussian(random, size + 2);
        float[] up = gaussian(random, size + 2);
        x[0] = -80;
        x[size] = 40;
        assertTwins(1e-5f, kernels -> {
            float[] gate = x.clone();
            kernels.swiGlu(gate, up, 1, size + 1);
            return gate;
        });
        assertTwins(1e-5f, kernels -> {
            float[] gate = x.clone();
            kernels.geGlu(gate, up, 1, size + 1);
            return gate;
        });
        assertTwins(1e-6f, kernels -> {
            float[] shares = x.clone();
            kernels.softmax(shares, 1, size + 1);
            return shares;
        });
        assertTwins(0, kernels -> {
            float[] sum = x.clone();
            kernels.add(sum, up, 1, size + 1);
            return sum;
        });
    }

    private static void assertTwins(float tolerance, Function<Kernels, float[]> run) {
        float[] expected = run.apply(new ScalarKernels());
        float[] actual = run.apply(new VectorKernels());
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("number %d", i).isCloseTo(expected[i], within(tolerance));
        }
    }

    private static Weights random(WeightType type, int rows, int columns, Random random) {
        return random(type, rows, columns, random, 1);
    }

    private static Weights random(WeightType type, int rows, int columns, Random random, float factor) {
        byte[] bytes = new byte[(int) (rows * type.rowBytes(columns))];
        random.nextBytes(bytes);
        MemorySegment data = Arena.ofAuto().allocate(bytes.length, 64).copyFrom(MemorySegment.ofArray(bytes));
        int step = type.blockBytes();
        for (int at = 0; at < bytes.length; at += step) {
            float number = factor * (float) random.nextGaussian();
            switch (type) {
                case F32 -> data.set(Weights.FLOAT, at, number);
                case F16 -> data.set(Weights.SHORT, at, Float.floatToFloat16(number));
                case BF16 -> data.set(Weights.SHORT, at, (short) (Float.floatToIntBits(number) >> 16));
                case Q8_0 -> data.set(Weights.SHORT, at, Float.floatToFloat16(number / 127));
                case Q4_0 -> data.set(Weights.SHORT, at, Float.floatToFloat16(number / 8));
                case Q5_0 -> data.set(Weights.SHORT, at, Float.floatToFloat16(number / 16));
                case IQ4_NL -> data.set(Weights.SHORT, at, Float.floatToFloat16(number / 127));
                case IQ4_XS -> data.set(Weights.SHORT, at, Float.floatToFloat16(number / 127 / 32));
                case MXFP4 -> data.set(ValueLayout.JAVA_BYTE, at, (byte) (124 + random.nextInt(3)));
                case Q4_1, Q5_1 -> scales(data, at, number / 32);
                case Q2_K -> scales(data, at + 80, number / 4 / 15);
                case Q3_K -> data.set(Weights.SHORT, at + 108, Float.floatToFloat16(number / 4 / 32));
                case Q4_K, Q5_K -> scales(data, at, number / 32 / 63);
                case Q6_K -> data.set(Weights.SHORT, at + 208, Float.floatToFloat16(number / 32 / 127));
            }
        }
        return new Weights(data, type, rows, columns);
    }

    private static void scales(MemorySegment data, int at, float scale) {
        data.set(Weights.SHORT, at, Float.floatToFloat16(scale));
        data.set(Weights.SHORT, at + 2, Float.floatToFloat16(scale));
    }

    private static float[] angles(Random random, int rotated) {
        float[] angles = new float[rotated];
        for (int i = 0; i < rotated / 2; i++) {
            double angle = random.nextDouble() * 6;
            angles[i] = (float) Math.cos(angle);
            angles[rotated / 2 + i] = (float) Math.sin(angle);
        }
        return angles;
    }

    private static double norm(float[] x) {
        double squares = 0;
        for (float number : x) {
            squares += number * number;
        }
        return Math.sqrt(squares);
    }

    private static float[] gaussian(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }
}
