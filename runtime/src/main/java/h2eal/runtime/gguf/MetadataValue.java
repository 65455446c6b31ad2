package h2eal.runtime.gguf;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/// One metadata value of a GGUF file. Arrays of numbers are views of the mapped file and live as long as it is open.
public sealed interface MetadataValue {

    /// A whole number; `bits` is to be read as unsigned when `unsigned` is set.
    record IntegerValue(long bits, boolean unsigned) implements MetadataValue {
        @Override
        public String toString() {
            return unsigned ? Long.toUnsignedString(bits) : Long.toString(bits);
        }
    }

    /// A floating-point number.
    record RealValue(double value) implements MetadataValue {
        @Override
        public String toString() {
            return Double.toString(value);
        }
    }

    /// A flag.
    record FlagValue(boolean value) implements MetadataValue {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /// A text.
    record TextValue(String value) implements MetadataValue {
        public TextValue {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public String toString() {
            return GgufException.quote(value);
        }
    }

    /// An array of numbers or flags.
    record NumberArray(ScalarType type, MemorySegment data) implements MetadataValue {
        /// Number of elements.
        public int size() {
            return Math.toIntExact(data.byteSize() / type.bytes());
        }

        /// Element `index` as a whole number.
        public long integer(int index) {
            return type.integer(data, (long) index * type.bytes());
        }

        /// Element `index` as a floating-point number.
        public double real(int index) {
            return type.real(data, (long) index * type.bytes());
        }

        @Override
        public String toString() {
            return "%d values of type %s".formatted(size(), type);
        }
    }

    /// An array of texts.
    record TextArray(List<String> values) implements MetadataValue {
        public TextArray {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return "%d texts".formatted(values.size());
        }
    }

    /// An array of arrays.
    record NestedArray(List<MetadataValue> values) implements MetadataValue {
        public NestedArray {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return "%d arrays".formatted(values.size());
        }
    }
}
