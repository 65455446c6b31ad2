package h2eal.runtime.gguf;

import h2eal.runtime.gguf.MetadataValue.FlagValue;
import h2eal.runtime.gguf.MetadataValue.IntegerValue;
import h2eal.runtime.gguf.MetadataValue.NestedArray;
import h2eal.runtime.gguf.MetadataValue.NumberArray;
import h2eal.runtime.gguf.MetadataValue.RealValue;
import h2eal.runtime.gguf.MetadataValue.TextArray;
import h2eal.runtime.gguf.MetadataValue.TextValue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the header, the metadata and the tensor table of a GGUF file. Trusts nothing: every count is compared with the
/// bytes that remain before anything is allocated for it.
final class GgufReader {

    private static final int MAGIC = 0x46554747; // "GGUF"
    private static final int DEEPEST_ARRAY = 4;
    private static final int MOST_EXTENTS = 4;
    private static final int DEFAULT_ALIGNMENT = 32;
    private static final String ALIGNMENT_KEY = "general.alignment";
    /// Key length, value type and a one-byte value.
    private static final int SMALLEST_ENTRY_BYTES = 13;
    /// Name length, one extent with its count, type and offset.
    private static final int SMALLEST_TENSOR_BYTES = 32;

    private final String file;
    private final MemorySegment bytes;
    private long position;

    GgufReader(String file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /// Reads everything up to the tensor data.
    ///
    /// @param arena owner of the mapped bytes; the result closes it
    GgufFile read(Arena arena) {
        if (bytes.byteSize() < 4 || readInt("magic") != MAGIC) {
            throw invalid("magic", "is not \"GGUF\": not a GGUF file");
        }
        int version = readInt("version");
        if (version != 2 && version != 3) {
            boolean swapped = Integer.reverseBytes(version) == 2 || Integer.reverseBytes(version) == 3;
            String reason = swapped ? "a big-endian file; only little-endian files can be read" : "must be 2 or 3";
            throw invalid("version", Integer.toUnsignedString(version) + ": " + reason);
        }
        long tensorCount = readCount("tensor_count", SMALLEST_TENSOR_BYTES);
        long entryCount = readCount("metadata_kv_count", SMALLEST_ENTRY_BYTES);
        Metadata metadata = new Metadata(file, readEntries(entryCount));
        Map<String, Entry> table = readTable(tensorCount);
        return new GgufFile(file, version, metadata, locate(table, alignment(metadata)), arena);
    }

    private Map<String, MetadataValue> readEntries(long count) {
        Map<String, MetadataValue> values = new LinkedHashMap<>();
        for (long i = 0; i < count; i++) {
            String key = readText("metadata key " + i);
            int type = readInt(key);
            if (values.put(key, readValue(key, type, 0)) != null) {
                throw invalid(key, "appears twice in the metadata");
            }
        }
        return values;
    }

    private MetadataValue readValue(String key, int code, int depth) {
        return switch (code) {
            case ScalarType.STRING_CODE -> new TextValue(readText(key));
            case ScalarType.ARRAY_CODE -> readArray(key, depth);
            default -> readScalar(key, scalarType(key, code));
        };
    }

    private MetadataValue readScalar(String key, ScalarType type) {
        long at = take(key, type.bytes());
        return switch (type) {
            case FLOAT32, FLOAT64 -> new RealValue(type.real(bytes, at));
            case BOOL -> new FlagValue(flag(key, type.integer(bytes, at)));
            case UINT8, UINT16, UINT32, UINT64 -> new IntegerValue(type.integer(bytes, at), true);
            case INT8, INT16, INT32, INT64 -> new IntegerValue(type.integer(bytes, at), false);
        };
    }

    private boolean flag(String key, long value) {
        if (value != 0 && value != 1) {
            throw invalid(key, "a flag must be 0 or 1: " + value);
        }
        return value == 1;
    }

    private MetadataValue readArray(String key, int depth) {
        if (depth == DEEPEST_ARRAY) {
            throw invalid(key, "arrays are nested deeper than %d levels".formatted(DEEPEST_ARRAY));
        }
        int code = readInt(key);
        return switch (code) {
            case ScalarType.STRING_CODE -> {
                int count = (int) readCount(key, Long.BYTES);
                List<String> texts = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    texts.add(readText(key));
                }
                yield new TextArray(texts);
            }
            case ScalarType.ARRAY_CODE -> {
                int count = (int) readCount(key, Integer.BYTES + Long.BYTES);
                List<MetadataValue> arrays = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    arrays.add(readArray(key, depth + 1));
                }
                yield new NestedArray(arrays);
            }
            default -> {
                ScalarType type = scalarType(key, code);
                long size = readCount(key, type.bytes()) * type.bytes();
                yield new NumberArray(type, bytes.asSlice(take(key, size), size));
            }
        };
    }

    private ScalarType scalarType(String key, int code) {
        return ScalarType.ofCode(code)
                .orElseThrow(() -> invalid(
                        key, "unknown value type %s, known are 0 to 12".formatted(Integer.toUnsignedString(code))));
    }

    private int alignment(Metadata metadata) {
        int alignment = metadata.integer(ALIGNMENT_KEY).orElse(DEFAULT_ALIGNMENT);
        if (alignment < 8 || Integer.bitCount(alignment) != 1) {
            throw invalid(ALIGNMENT_KEY, "must be a power of two, at least 8: " + alignment);
        }
        return alignment;
    }

    /// One row of the tensor table; `offset` counts from the start of the tensor data.
    private record Entry(TensorType type, List<Long> shape, long offset, long size) {}

    private Map<String, Entry> readTable(long count) {
        Map<String, Entry> table = new LinkedHashMap<>();
        for (long i = 0; i < count; i++) {
            String name = readText("name of tensor " + i);
            if (table.put(name, readTableEntry("tensor " + name)) != null) {
                throw invalid("tensor " + name, "appears twice");
            }
        }
        return table;
    }

    private Entry readTableEntry(String field) {
        int extents = readInt(field);
        if (extents < 1 || extents > MOST_EXTENTS) {
            throw invalid(
                    field,
                    "must have 1 to %d dimensions: %s".formatted(MOST_EXTENTS, Integer.toUnsignedString(extents)));
        }
        List<Long> shape = new ArrayList<>(extents);
        for (int i = 0; i < extents; i++) {
            long extent = readLong(field);
            if (extent < 1) {
                throw invalid(
                        field, "dimension %d must be from 1 to 2^63-1: %s".formatted(i, Long.toUnsignedString(extent)));
            }
            shape.add(extent);
        }
        int code = readInt(field);
        TensorType type = TensorType.ofCode(code)
                .orElseThrow(() -> invalid(field, "unknown tensor type " + Integer.toUnsignedString(code)));
        return new Entry(type, shape, readLong(field), sizeBytes(field, type, shape));
    }

    private long sizeBytes(String field, TensorType type, List<Long> shape) {
        if (shape.getFirst() % type.blockElements() != 0) {
            throw invalid(
                    field,
                    "rows of type %s must be a multiple of %d long: %d"
                            .formatted(type, type.blockElements(), shape.getFirst()));
        }
        long size = shape.getFirst() / type.blockElements();
        try {
            for (int i = 1; i < shape.size(); i++) {
                size = Math.multiplyExact(size, shape.get(i));
            }
            return Math.multiplyExact(size, (long) type.blockBytes());
        } catch (ArithmeticException e) {
            throw invalid(field, "size of shape %s overflows 64 bits".formatted(shape));
        }
    }

    /// Turns offsets into slices of the file, after checking that they are aligned, inside the file and do not overlap.
    private Map<String, Tensor> locate(Map<String, Entry> table, int alignment) {
        // An empty table needs no padding before its data, which does not exist.
        long start = table.isEmpty() ? position : Math.ceilDiv(position, alignment) * (long) alignment;
        long available = Math.max(0, bytes.byteSize() - start);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        table.forEach((name, entry) -> {
            long offset = entry.offset();
            if (offset < 0 || offset > available || entry.size() > available - offset) {
                throw invalid(
                        "tensor " + name,
                        "offset %s with %d bytes lies outside the %d bytes of tensor data"
                                .formatted(Long.toUnsignedString(offset), entry.size(), available));
            }
            if (offset % alignment != 0) {
                throw invalid(
                        "tensor " + name,
                        "offset %d is not a multiple of the alignment %d".formatted(offset, alignment));
            }
            MemorySegment data = bytes.asSlice(start + offset, entry.size());
            tensors.put(name, new Tensor(name, entry.type(), entry.shape(), data));
        });
        refuseOverlaps(table);
        return tensors;
    }

    private void refuseOverlaps(Map<String, Entry> table) {
        List<Map.Entry<String, Entry>> byOffset = new ArrayList<>(table.entrySet());
        byOffset.sort(Comparator.comparingLong(entry -> entry.getValue().offset()));
        for (int i = 1; i < byOffset.size(); i++) {
            Entry before = byOffset.get(i - 1).getValue();
            if (byOffset.get(i).getValue().offset() < before.offset() + before.size()) {
                throw invalid(
                        "tensor " + byOffset.get(i).getKey(),
                        "offset %d overlaps tensor %s"
                                .formatted(
                                        byOffset.get(i).getValue().offset(),
                                        byOffset.get(i - 1).getKey()));
            }
        }
    }

    private String readText(String field) {
        long length = readCount(field, 1);
        long at = take(field, length);
        return new String(bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /// A count of things of at least `smallestBytes` bytes each, which must fit in the rest of the file and in an
    /// array.
    private long readCount(String field, int smallestBytes) {
        long count = readLong(field);
        long most = Math.min(remaining() / smallestBytes, Integer.MAX_VALUE - 8);
        if (count < 0 || count > most) {
            throw invalid(
                    field,
                    "count %s is more than the remaining %d bytes of the file can hold (%d)"
                            .formatted(Long.toUnsignedString(count), remaining(), most));
        }
        return count;
    }

    private int readInt(String field) {
        return bytes.get(ScalarType.INT, take(field, Integer.BYTES));
    }

    private long readLong(String field) {
        return bytes.get(ScalarType.LONG, take(field, Long.BYTES));
    }

    /// Moves past `size` bytes and returns where they start.
    private long take(String field, long size) {
        if (size > remaining()) {
            throw invalid(
                    field,
                    "the file ends at byte %d, %d bytes are needed from byte %d"
                            .formatted(bytes.byteSize(), size, position));
        }
        long at = position;
        position += size;
        return at;
    }

    private long remaining() {
        return bytes.byteSize() - position;
    }

    private GgufException invalid(String field, String problem) {
        return GgufException.of(file, GgufException.quote(field).replace("\"", ""), problem);
    }
}
