package h2eal.runtime.gguf;

import h2eal.runtime.gguf.MetadataValue.FlagValue;
import h2eal.runtime.gguf.MetadataValue.IntegerValue;
import h2eal.runtime.gguf.MetadataValue.NestedArray;
import h2eal.runtime.gguf.MetadataValue.NumberArray;
import h2eal.runtime.gguf.MetadataValue.RealValue;
import h2eal.runtime.gguf.MetadataValue.TextArray;
import h2eal.runtime.gguf.MetadataValue.TextValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A generated GGUF file of a few hundred bytes that holds every kind of value.
final class SmallFile {

    private SmallFile() {}

    static byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            GgufWriter.write(out, metadata(), tensors());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static GgufFile read(byte[] bytes) {
        return new GgufReader("small.gguf", MemorySegment.ofArray(bytes)).read(Arena.ofAuto());
    }

    static Map<String, MetadataValue> metadata() {
        NumberArray numbers = new NumberArray(ScalarType.INT32, MemorySegment.ofArray(new int[] {3, -1, 7}));
        Map<String, MetadataValue> values = new LinkedHashMap<>();
        values.put("general.architecture", new TextValue("llama"));
        values.put("a.count", new IntegerValue(42, true));
        values.put("a.large", new IntegerValue(-1, true));
        values.put("a.negative", new IntegerValue(-5, false));
        values.put("a.real", new RealValue(0.5));
        values.put("a.flag", new FlagValue(true));
        values.put("a.numbers", numbers);
        values.put("a.texts", new TextArray(List.of("", "é", "\n")));
        values.put("a.nested", new NestedArray(List.of(numbers, numbers)));
        return values;
    }

    static List<Tensor> tensors() {
        return List.of(
                new Tensor(
                        "matrix", TensorType.F32, List.of(3L, 2L), MemorySegment.ofArray(new float[] {1, 2, 3, 4, 5, 6
                        })),
                new Tensor("blocks", TensorType.Q8_0, List.of(64L), MemorySegment.ofArray(new byte[68])));
    }
}
