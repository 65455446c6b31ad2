package h2eal.runtime.gguf;

import h2eal.runtime.gguf.MetadataValue.FlagValue;
import h2eal.runtime.gguf.MetadataValue.IntegerValue;
import h2eal.runtime.gguf.MetadataValue.NestedArray;
import h2eal.runtime.gguf.MetadataValue.NumberArray;
import h2eal.runtime.gguf.MetadataValue.RealValue;
import h2eal.runtime.gguf.MetadataValue.TextArray;
import h2eal.runtime.gguf.MetadataValue.TextValue;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Writes GGUF version 3. Whole numbers are written as 32 bits where they fit, real numbers as 32-bit floats.
public final class GgufWriter {

    private static final int ALIGNMENT = 32;
    private static final long COPY_BYTES = 1 << 20;

    private final DataOutputStream out;

    private GgufWriter(OutputStream out) {
        this.out = new DataOutputStream(out);
    }

    /// Writes a file with `metadata` and `tensors`, in their order.
    public static void write(Path path, Map<String, MetadataValue> metadata, List<Tensor> tensors) throws IOException {
        writePending(path, metadata, pending(tensors));
    }

    /// Writes a file with `metadata` and `tensors`, in their order, each made when its turn comes.
    public static void writePending(Path path, Map<String, MetadataValue> metadata, List<PendingTensor> tensors)
            throws IOException {
        try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16)) {
            writeAll(stream, metadata, tensors);
        }
    }

    /// Writes the file's bytes to `stream`.
    public static void write(OutputStream stream, Map<String, MetadataValue> metadata, List<Tensor> tensors)
            throws IOException {
        writeAll(stream, metadata, pending(tensors));
    }

    private static List<PendingTensor> pending(List<Tensor> tensors) {
        return tensors.stream().map(PendingTensor::of).toList();
    }

    private static void writeAll(OutputStream stream, Map<String, MetadataValue> metadata, List<PendingTensor> tensors)
            throws IOException {
        GgufWriter writer = new GgufWriter(stream);
        writer.writeHeader(metadata, tensors);
        for (PendingTensor tensor : tensors) {
            writer.writeData(tensor);
        }
        writer.out.flush();
    }

    private void writeHeader(Map<String, MetadataValue> metadata, List<PendingTensor> tensors) throws IOException {
        out.write("GGUF".getBytes(StandardCharsets.US_ASCII));
        writeInt(3);
        writeLong(tensors.size());
        writeLong(metadata.size());
        for (Map.Entry<String, MetadataValue> entry : metadata.entrySet()) {
            writeText(entry.getKey());
            writeInt(code(entry.getValue()));
            writeValue(entry.getValue());
        }
        long offset = 0;
        for (PendingTensor tensor : tensors) {
            writeText(tensor.name());
            writeInt(tensor.shape().size());
            for (long extent : tensor.shape()) {
                writeLong(extent);
            }
            writeInt(tensor.type().code());
            writeLong(offset);
            offset += padded(tensor.bytes());
        }
        // The stream counts in an int; a header is far below 2 GB.
        writePadding(out.size());
    }

    private void writeData(PendingTensor tensor) throws IOException {
        MemorySegment data = tensor.data().get();
        long size = tensor.bytes();
        if (data.byteSize() != size) {
            throw new IllegalArgumentException(
                    "tensor %s holds %d bytes instead of %d".formatted(tensor.name(), data.byteSize(), size));
        }
        for (long at = 0; at < size; at += COPY_BYTES) {
            long part = Math.min(COPY_BYTES, size - at);
            out.write(data.asSlice(at, part).toArray(ValueLayout.JAVA_BYTE));
        }
        writePadding(size);
    }

    private static int code(MetadataValue value) {
        return switch (value) {
            case IntegerValue integer -> integerType(integer).code();
            case RealValue real -> ScalarType.FLOAT32.code();
            case FlagValue flag -> ScalarType.BOOL.code();
            case TextValue text -> ScalarType.STRING_CODE;
            case NumberArray array -> ScalarType.ARRAY_CODE;
            case TextArray array -> ScalarType.ARRAY_CODE;
            case NestedArray array -> ScalarType.ARRAY_CODE;
        };
    }

    private static ScalarType integerType(IntegerValue value) {
        boolean wide = value.unsigned() ? value.bits() >>> 32 != 0 : value.bits() != (int) value.bits();
        if (wide) {
            return value.unsigned() ? ScalarType.UINT64 : ScalarType.INT64;
        }
        return value.unsigned() ? ScalarType.UINT32 : ScalarType.INT32;
    }

    private void writeValue(MetadataValue value) throws IOException {
        switch (value) {
            case IntegerValue integer -> {
                if (integerType(integer).bytes() == Long.BYTES) {
                    writeLong(integer.bits());
                } else {
                    writeInt((int) integer.bits());
                }
            }
            case RealValue real -> writeInt(Float.floatToIntBits((float) real.value()));
            case FlagValue flag -> out.write(flag.value() ? 1 : 0);
            case TextValue text -> writeText(text.value());
            case NumberArray array -> {
                writeInt(array.type().code());
                writeLong(array.size());
                out.write(array.data().toArray(ValueLayout.JAVA_BYTE));
            }
            case TextArray texts -> {
                writeInt(ScalarType.STRING_CODE);
                writeLong(texts.values().size());
                for (String text : texts.values()) {
                    writeText(text);
                }
            }
            case NestedArray arrays -> {
                writeInt(ScalarType.ARRAY_CODE);
                writeLong(arrays.values().size());
                for (MetadataValue array : arrays.values()) {
                    writeValue(array);
                }
            }
        }
    }

    private void writeText(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        writeLong(utf8.length);
        out.write(utf8);
    }

    private void writeInt(int value) throws IOException {
        out.writeInt(Integer.reverseBytes(value));
    }

    private void writeLong(long value) throws IOException {
        out.writeLong(Long.reverseBytes(value));
    }

    private void writePadding(long size) throws IOException {
        out.write(new byte[(int) (padded(size) - size)]);
    }

    private static long padded(long size) {
        return Math.ceilDiv(size, (long) ALIGNMENT) * ALIGNMENT;
    }
}
