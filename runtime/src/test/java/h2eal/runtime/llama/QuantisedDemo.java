package h2eal.runtime.llama;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.gguf.GgufWriter;
import h2eal.runtime.gguf.MetadataValue;
import h2eal.runtime.gguf.Tensor;
import h2eal.runtime.gguf.TensorType;
import h2eal.runtime.golden.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/// The shipped model with rounded matrices. The plain way of rounding: llama.cpp's own search for better scales matters
/// to quality, not to whether two engines read the same file alike.
final class QuantisedDemo {

    private QuantisedDemo() {}

    /// Writes the model with matrices of `type`, those whose rows are no whole blocks of it as Q8_0.
    static Path write(Path folder, TensorType type) {
        Path path = folder.resolve(type + ".gguf");
        try (GgufFile demo = GgufFile.open(Golden.MODELS.resolve("h2eal-demo.gguf"))) {
            List<Tensor> tensors = demo.tensors().values().stream()
                    .map(tensor -> tensor.shape().size() == 1 ? tensor : rounded(tensor, type))
                    .toList();
            TreeMap<String, MetadataValue> metadata =
                    new TreeMap<>(demo.metadata().values());
            GgufWriter.write(path, metadata, tensors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return path;
    }

    private static Tensor rounded(Tensor tensor, TensorType wanted) {
        TensorType type = tensor.columns() % wanted.blockElements() == 0 ? wanted : TensorType.Q8_0;
        float[] numbers = tensor.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        int blocks = numbers.length / type.blockElements();
        ByteBuffer out = ByteBuffer.allocate(blocks * type.blockBytes()).order(LITTLE_ENDIAN);
        for (int block = 0; block < blocks; block++) {
            int from = block * type.blockElements();
            ByteBuffer target =
                    out.slice(block * type.blockBytes(), type.blockBytes()).order(LITTLE_ENDIAN);
            switch (type) {
                case Q8_0 -> q8(numbers, from, target);
                case Q4_0 -> q4(numbers, from, target);
                case Q4_K -> q4k(numbers, from, target);
                case Q6_K -> q6k(numbers, from, target);
                default -> throw new IllegalArgumentException("no way to round to " + type);
            }
        }
        return new Tensor(tensor.name(), type, tensor.shape(), MemorySegment.ofArray(out.array()));
    }

    private static void q8(float[] x, int from, ByteBuffer out) {
        float scale = half(out, 0, largest(x, from, 32) / 127);
        for (int i = 0; i < 32; i++) {
            out.put(2 + i, (byte) quotient(x[from + i], scale, -127, 127));
        }
    }

    private static void q4(float[] x, int from, ByteBuffer out) {
        float scale = half(out, 0, largest(x, from, 32) / 7);
        for (int i = 0; i < 16; i++) {
            int low = quotient(x[from + i], scale, -8, 7) + 8;
            int high = quotient(x[from + 16 + i], scale, -8, 7) + 8;
            out.put(2 + i, (byte) (low | high << 4));
        }
    }

    private static void q4k(float[] x, int from, ByteBuffer out) {
        float[] least = new float[8];
        float[] range = new float[8];
        for (int sub = 0; sub < 8; sub++) {
            float top = 0;
            for (int i = from + sub * 32; i < from + sub * 32 + 32; i++) {
                least[sub] = Math.max(least[sub], -x[i]);
                top = Math.max(top, x[i]);
            }
            range[sub] = (top + least[sub]) / 15;
        }
        float scale = half(out, 0, largest(range, 0, 8) / 63);
        float leastScale = half(out, 2, largest(least, 0, 8) / 63);
        for (int sub = 0; sub < 8; sub++) {
            int s = quotient(range[sub], scale, 0, 63);
            int m = quotient(least[sub], leastScale, 0, 63);
            if (sub < 4) {
                or(out, 4 + sub, s);
                or(out, 8 + sub, m);
            } else {
                or(out, 8 + sub, s & 15 | (m & 15) << 4);
                or(out, sub, s >> 4 << 6);
                or(out, 4 + sub, m >> 4 << 6);
            }
            for (int i = 0; i < 32; i++) {
                int q = quotient(x[from + sub * 32 + i] + leastScale * m, scale * s, 0, 15);
                or(out, 16 + sub / 2 * 32 + i, q << sub % 2 * 4);
            }
        }
    }

    private static void q6k(float[] x, int from, ByteBuffer out) {
        float[] sizes = new float[16];
        for (int sub = 0; sub < 16; sub++) {
            sizes[sub] = largest(x, from + sub * 16, 16) / 31;
        }
        float scale = half(out, 208, largest(sizes, 0, 16) / 127);
        for (int sub = 0; sub < 16; sub++) {
            int s = quotient(sizes[sub], scale, 0, 127);
            out.put(192 + sub, (byte) s);
            int stretch = sub / 8;
            int quarter = sub % 8 / 2;
            for (int i = 0; i < 16; i++) {
                int q = quotient(x[from + sub * 16 + i], scale * s, -32, 31) + 32;
                or(out, stretch * 64 + quarter % 2 * 32 + sub % 2 * 16 + i, (q & 15) << quarter / 2 * 4);
                or(out, 128 + stretch * 32 + sub % 2 * 16 + i, q >> 4 << quarter * 2);
            }
        }
    }

    private static float largest(float[] x, int from, int count) {
        float largest = 0;
        for (int i = from; i < from + count; i++) {
            largest = Math.max(largest, Math.abs(x[i]));
        }
        return largest;
    }

    private static int quotient(float x, float scale, int from, int to) {
        return scale == 0 ? 0 : Math.clamp(Math.round(x / scale), from, to);
    }

    /// Stores `x` as a half and returns what was stored.
    private static float half(ByteBuffer out, int at, float x) {
        out.putShort(at, Float.floatToFloat16(x));
        return Float.float16ToFloat(out.getShort(at));
    }

    private static void or(ByteBuffer out, int at, int bits) {
        out.put(at, (byte) (out.get(at) | bits));
    }
}
