package h2eal.runtime.gguf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/// The metadata value types of fixed size, with their codes in the file (GGUF specification,
/// `gguf_metadata_value_type`).
public enum ScalarType {
    UINT8(0, 1),
    INT8(1, 1),
    UINT16(2, 2),
    INT16(3, 2),
    UINT32(4, 4),
    INT32(5, 4),
    FLOAT32(6, 4),
    BOOL(7, 1),
    UINT64(10, 8),
    INT64(11, 8),
    FLOAT64(12, 8);

    static final int STRING_CODE = 8;
    static final int ARRAY_CODE = 9;

    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final ScalarType[] BY_CODE = new ScalarType[13];

    static {
        for (ScalarType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final int bytes;

    ScalarType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /// Code of the type in a file.
    public int code() {
        return code;
    }

    /// Bytes of one value.
    public int bytes() {
        return bytes;
    }

    /// Whether values are whole numbers.
    public boolean isInteger() {
        return this != FLOAT32 && this != FLOAT64 && this != BOOL;
    }

    static Optional<ScalarType> ofCode(int code) {
        return code < 0 || code >= BY_CODE.length ? Optional.empty() : Optional.ofNullable(BY_CODE[code]);
    }

    /// The whole number at byte `offset`: the bits as stored for `UINT64`, sign- or zero-extended for the rest.
    long integer(MemorySegment data, long offset) {
        return switch (this) {
            case UINT8, BOOL -> Byte.toUnsignedLong(data.get(ValueLayout.JAVA_BYTE, offset));
            case INT8 -> data.get(ValueLayout.JAVA_BYTE, offset);
            case UINT16 -> Short.toUnsignedLong(data.get(SHORT, offset));
            case INT16 -> data.get(SHORT, offset);
            case UINT32 -> Integer.toUnsignedLong(data.get(INT, offset));
            case INT32 -> data.get(INT, offset);
            case UINT64, INT64 -> data.get(LONG, offset);
            case FLOAT32 -> (long) data.get(FLOAT, offset);
            case FLOAT64 -> (long) data.get(DOUBLE, offset);
        };
    }

    /// The number at byte `offset`.
    double real(MemorySegment data, long offset) {
        return switch (this) {
            case FLOAT32 -> data.get(FLOAT, offset);
            case FLOAT64 -> data.get(DOUBLE, offset);
            case UINT8, INT8, UINT16, INT16, UINT32, INT32, BOOL, UINT64, INT64 -> integer(data, offset);
        };
    }
}
