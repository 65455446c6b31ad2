package h2eal.runtime.gguf;

import h2eal.runtime.gguf.MetadataValue.FlagValue;
import h2eal.runtime.gguf.MetadataValue.IntegerValue;
import h2eal.runtime.gguf.MetadataValue.NestedArray;
import h2eal.runtime.gguf.MetadataValue.NumberArray;
import h2eal.runtime.gguf.MetadataValue.RealValue;
import h2eal.runtime.gguf.MetadataValue.TextArray;
import h2eal.runtime.gguf.MetadataValue.TextValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The metadata of one GGUF file. Every typed look-up fails with a [GgufException] that names the file, the key and
/// the value when the value has another type or is out of range.
public final class Metadata {

    private final String file;
    private final Map<String, MetadataValue> values;

    Metadata(String file, Map<String, MetadataValue> values) {
        this.file = file;
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /// All values, in the file's order.
    public Map<String, MetadataValue> values() {
        return values;
    }

    /// The text under `key`, if there is one.
    public Optional<String> text(String key) {
        return find(key, TextValue.class, "a text").map(TextValue::value);
    }

    /// The flag under `key`, if there is one.
    public Optional<Boolean> flag(String key) {
        return find(key, FlagValue.class, "true or false").map(FlagValue::value);
    }

    /// The whole number from 0 to 2^31 - 1 under `key`, if there is one.
    public Optional<Integer> integer(String key) {
        return find(key, IntegerValue.class, "a whole number").map(value -> {
            if (value.bits() < 0 || value.bits() > Integer.MAX_VALUE) {
                throw invalid(key, "must be from 0 to %d: %s".formatted(Integer.MAX_VALUE, value));
            }
            return (int) value.bits();
        });
    }

    /// The finite number under `key`, if there is one; whole numbers count.
    public Optional<Double> real(String key) {
        return Optional.ofNullable(values.get(key)).map(value -> {
            double number = switch (value) {
                case RealValue real -> real.value();
                case IntegerValue integer -> Double.parseDouble(integer.toString());
                case FlagValue flag -> throw notANumber(key, flag);
                case TextValue text -> throw notANumber(key, text);
                case NumberArray array -> throw notANumber(key, array);
                case TextArray array -> throw notANumber(key, array);
                case NestedArray array -> throw notANumber(key, array);
            };
            if (!Double.isFinite(number)) {
                throw invalid(key, "must be finite: " + number);
            }
            return number;
        });
    }

    /// The texts under `key`, if there are any.
    public Optional<List<String>> texts(String key) {
        return find(key, TextArray.class, "an array of texts").map(TextArray::values);
    }

    /// The numbers under `key`, if there are any.
    public Optional<NumberArray> numbers(String key) {
        return find(key, NumberArray.class, "an array of numbers");
    }

    /// The whole number under `key`, at least 1.
    public int requirePositive(String key) {
        int value = integer(key).orElseThrow(() -> missing(key));
        if (value < 1) {
            throw invalid(key, "must be positive: " + value);
        }
        return value;
    }

    /// The text under `key`.
    public String requireText(String key) {
        return text(key).orElseThrow(() -> missing(key));
    }

    /// The texts under `key`.
    public List<String> requireTexts(String key) {
        return texts(key).orElseThrow(() -> missing(key));
    }

    /// The error for a key the model needs and the file lacks.
    public GgufException missing(String key) {
        return invalid(key, "is missing from the metadata");
    }

    /// The error for a value under `key` that cannot be used.
    public GgufException invalid(String key, String problem) {
        return GgufException.of(file, key, problem);
    }

    private GgufException notANumber(String key, MetadataValue value) {
        return invalid(key, "must be a number: " + value);
    }

    private <T extends MetadataValue> Optional<T> find(String key, Class<T> type, String expected) {
        MetadataValue value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw invalid(key, "must be %s: %s".formatted(expected, value));
        }
        return Optional.of(type.cast(value));
    }
}
