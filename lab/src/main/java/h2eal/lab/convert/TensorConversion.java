package h2eal.lab.convert;

import h2eal.runtime.gguf.PendingTensor;
import h2eal.runtime.gguf.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;

/// How the numbers of one tensor change on their way into a GGUF file.
///
/// @param type how they are stored there
/// @param heads heads whose rows are reordered from halves to neighbours; 0 leaves the order
/// @param added what is added to every number
record TensorConversion(StoredTensor source, TensorType type, int heads, float added) {

    private static final int BLOCK = 32;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    TensorConversion {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(type, "type");
        if (source.shape().size() > 2) {
            throw problem(source, "has %d dimensions".formatted(source.shape().size()));
        }
        if (heads > 0 && source.shape().getFirst() % (2 * heads) != 0) {
            throw problem(
                    source, "has %d rows for %d heads".formatted(source.shape().getFirst(), heads));
        }
    }

    private static ConvertException problem(StoredTensor source, String text) {
        return new ConvertException(source.file(), "tensor " + source.name(), text);
    }

    /// The tensor under its new name.
    PendingTensor named(String name) {
        List<Long> shape =
                source.shape().reversed().stream().map(Integer::longValue).toList();
        return new PendingTensor(name, type, shape, this::data);
    }

    private MemorySegment data() {
        if (heads == 0 && added == 0 && source.type().name().equals(type.name())) {
            return source.data();
        }
        long rowBytes = (long) source.columns() / type.blockElements() * type.blockBytes();
        MemorySegment out = Arena.ofAuto().allocate(rowBytes * source.rows(), Long.BYTES);
        if (source.shape().size() == 1) {
            writeRow(reordered(numbers(0)), out);
            return out;
        }
        for (int row = 0; row < source.rows(); row++) {
            writeRow(numbers(origin(row, source.rows())), out.asSlice(row * rowBytes, rowBytes));
        }
        return out;
    }

    private float[] numbers(int row) {
        float[] numbers = new float[source.columns()];
        source.read(row, numbers);
        for (int i = 0; added != 0 && i < numbers.length; i++) {
            numbers[i] += added;
        }
        return numbers;
    }

    /// A bias of rows that are reordered.
    private float[] reordered(float[] numbers) {
        float[] result = new float[numbers.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = numbers[origin(i, numbers.length)];
        }
        return result;
    }

    /// Where row `row` of the result comes from: numbers i and i + half of a head become neighbours.
    private int origin(int row, int rows) {
        if (heads == 0) {
            return row;
        }
        int headSize = rows / heads;
        int inHead = row % headSize;
        return row - inHead + inHead / 2 + inHead % 2 * (headSize / 2);
    }

    private void writeRow(float[] row, MemorySegment out) {
        switch (type) {
            case F32 -> MemorySegment.copy(row, 0, out, FLOAT, 0, row.length);
            case F16 -> {
                for (int i = 0; i < row.length; i++) {
                    out.set(SHORT, 2L * i, Float.floatToFloat16(row[i]));
                }
            }
            case BF16 -> {
                for (int i = 0; i < row.length; i++) {
                    int bits = Float.floatToRawIntBits(row[i]);
                    // to the nearest, ties to even
                    out.set(SHORT, 2L * i, (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16));
                }
            }
            case Q8_0 -> {
                for (int block = 0; block < row.length / BLOCK; block++) {
                    writeBlock(row, block * BLOCK, out, (long) block * type.blockBytes());
                }
            }
            default -> throw new IllegalArgumentException("weights become F32, F16, BF16 or Q8_0: " + type);
        }
    }

    /// 32 signed bytes behind one f16 scale.
    private static void writeBlock(float[] row, int from, MemorySegment out, long at) {
        float largest = 0;
        for (int i = from; i < from + BLOCK; i++) {
            largest = Math.max(largest, Math.abs(row[i]));
        }
        float scale = largest / 127;
        out.set(SHORT, at, Float.floatToFloat16(scale));
        for (int i = 0; i < BLOCK; i++) {
            byte number = scale == 0 ? 0 : (byte) Math.round(row[from + i] / scale);
            out.set(ValueLayout.JAVA_BYTE, at + Short.BYTES + i, number);
        }
    }
}
