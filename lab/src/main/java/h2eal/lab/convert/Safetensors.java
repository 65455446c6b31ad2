package h2eal.lab.convert;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Reads the tensors of a model in safetensors files, one or several with an index. A file is the length of its header
/// in 8 bytes, the header in JSON, and the numbers. Trusts nothing: every tensor lies inside its file and has the size
/// that its type and shape say.
final class Safetensors {

    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final long LONGEST_HEADER = 100_000_000;

    private final Path file;
    private final MemorySegment bytes;

    private Safetensors(Path file, MemorySegment bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /// All tensors of the model in `folder` by name; their data live as long as `arena`.
    static Map<String, StoredTensor> read(Path folder, Arena arena) throws IOException {
        Path index = folder.resolve(INDEX);
        Path single = folder.resolve(SINGLE);
        if (!Files.exists(index) && !Files.exists(single)) {
            throw new ConvertException(folder, "weights", "there is no %s and no %s".formatted(SINGLE, INDEX));
        }
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        if (!Files.exists(index)) {
            map(single, arena).readInto(tensors);
            return tensors;
        }
        JsonFields weightMap = JsonFields.read(index).requireObject("weight_map");
        for (String shard : new TreeSet<>(weightMap
                .node()
                .propertyStream()
                .map(entry -> shard(weightMap, entry))
                .toList())) {
            map(folder.resolve(shard), arena).readInto(tensors);
        }
        for (String name : weightMap.node().propertyNames()) {
            if (!tensors.containsKey(name)) {
                throw weightMap.invalid(name, "is not in the file that it names");
            }
        }
        return tensors;
    }

    private static String shard(JsonFields weightMap, Map.Entry<String, JsonNode> entry) {
        String name = weightMap.text(entry.getKey()).orElseThrow(() -> weightMap.missing(entry.getKey()));
        if (name.contains("/") || name.contains("\\") || name.isEmpty()) {
            throw weightMap.invalid(entry.getKey(), "must name a file of the same folder: " + name);
        }
        return name;
    }

    private static Safetensors map(Path file, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new Safetensors(file, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        }
    }

    private void readInto(Map<String, StoredTensor> tensors) {
        if (bytes.byteSize() < Long.BYTES) {
            throw invalid("header", "the file is cut off");
        }
        long length = bytes.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
        if (length < 2 || length > LONGEST_HEADER || length > bytes.byteSize() - Long.BYTES) {
            throw invalid(
                    "header",
                    "a length of %s does not fit a file of %d bytes"
                            .formatted(Long.toUnsignedString(length), bytes.byteSize()));
        }
        byte[] text = bytes.asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
        JsonFields header = JsonFields.parse(file, new String(text, StandardCharsets.UTF_8));
        MemorySegment data = bytes.asSlice(Long.BYTES + length);
        for (String name : header.node().propertyNames()) {
            if (!name.equals("__metadata__")) {
                StoredTensor tensor = tensor(name, header.requireObject(name), data);
                if (tensors.put(name, tensor) != null) {
                    throw invalid(name, "appears twice");
                }
            }
        }
    }

    private StoredTensor tensor(String name, JsonFields fields, MemorySegment data) {
        StoredTensor.Type type = type(fields);
        List<Integer> shape = fields.integers("shape");
        if (shape.isEmpty() || shape.contains(0)) {
            throw fields.invalid("shape", "must have positive extents: " + shape);
        }
        long size = type.bytes();
        for (int extent : shape) {
            // no file is that long, and it must not wrap around
            size = size > data.byteSize() ? size : size * extent;
        }
        List<Long> offsets = new ArrayList<>();
        for (JsonNode offset : fields.elements("data_offsets")) {
            if (!offset.isIntegralNumber() || !offset.canConvertToLong()) {
                throw fields.invalid("data_offsets", "must be whole numbers: " + JsonFields.shown(offset));
            }
            offsets.add(offset.asLong());
        }
        boolean fits = offsets.size() == 2
                && offsets.get(0) >= 0
                && offsets.get(1) <= data.byteSize()
                && offsets.get(1) - offsets.get(0) == size;
        if (!fits) {
            throw fields.invalid(
                    "data_offsets",
                    "%s do not hold %s numbers of type %s in %d bytes of data"
                            .formatted(offsets, shape, type, data.byteSize()));
        }
        return new StoredTensor(file, name, type, shape, data.asSlice(offsets.getFirst(), size));
    }

    private static StoredTensor.Type type(JsonFields fields) {
        String name = fields.text("dtype").orElseThrow(() -> fields.missing("dtype"));
        return switch (name) {
            case "F32" -> StoredTensor.Type.F32;
            case "F16" -> StoredTensor.Type.F16;
            case "BF16" -> StoredTensor.Type.BF16;
            default -> throw fields.invalid("dtype", "is not supported, supported are F32, F16, BF16: " + name);
        };
    }

    private ConvertException invalid(String field, String problem) {
        return new ConvertException(file, field, problem);
    }
}
