package h2eal.runtime.interleaved;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import h2eal.runtime.foreign.NativeLibrary;
import h2eal.runtime.interleaved.code.Fields;
import h2eal.runtime.interleaved.code.LevelsCode;
import h2eal.runtime.interleaved.code.RowFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;

/// Products with a tile of interleaved rows in C, see `rows.c`: of the formats that are not read at the rate of memory
/// otherwise. Inputs are rounded to 15 bits.
final class NativeDots {

    /// Inputs that share a unit, and the bytes of `struct digits`.
    private static final int CHUNK = 256;

    private static final int UNIT_AT = 2 * CHUNK + 2 * CHUNK / 16 * Integer.BYTES + 3 * CHUNK / 16;
    private static final int DIGITS_BYTES = UNIT_AT + 4 * Float.BYTES;

    // Absent where native kernels are not to be had. Not `Optional`s: the compiler inlines constants only.
    private static final MethodHandle ROUND = NativeLibrary.find(
                    "h2eal_roundVector", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_LONG))
            .orElse(null);

    private static final MethodHandle LEVELS = NativeLibrary.find(
                    "h2eal_multiplyLevels",
                    FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG))
            .orElse(null);

    private static final MethodHandle Q2K = NativeLibrary.find(
                    "h2eal_multiplyQ2k",
                    FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG))
            .orElse(null);

    private static final Map<RowFormat, MemorySegment> TABLES = Map.of(
            RowFormat.IQ4_NL, table(LevelsCode.IQ4_NL),
            RowFormat.IQ4_XS, table(LevelsCode.IQ4_XS),
            RowFormat.MXFP4, table(LevelsCode.MXFP4));

    private NativeDots() {}

    /// The sixteen levels, made unsigned.
    private static MemorySegment table(LevelsCode code) {
        MemorySegment table = Arena.ofAuto().allocate(code.levels().length);
        for (int i = 0; i < code.levels().length; i++) {
            table.set(ValueLayout.JAVA_BYTE, i, (byte) (code.levels()[i] + 128));
        }
        return table;
    }

    /// Whether rows of such words are multiplied so.
    static boolean suit(Fields fields) {
        return LEVELS != null && (fields == Fields.LEVELS || fields == Fields.TWOS);
    }

    /// Bytes of the digits of `columns` inputs.
    static long digitsBytes(int columns) {
        return (long) Math.ceilDiv(columns, CHUNK) * DIGITS_BYTES;
    }

    /// Rounds the first `columns` numbers of an array, each at its [#place].
    static void round(MemorySegment ordered, int columns, MemorySegment digits) {
        try {
            ROUND.invokeExact(ordered, columns, digits.address());
        } catch (Throwable failure) {
            throw new IllegalStateException("rounding of inputs failed", failure);
        }
    }

    /// Where input `i` is: the bytes of a word hold weights i, i + 4, i + 8 and i + 12 of sixteen at the same bits.
    static int place(Fields fields, int i) {
        return fields == Fields.TWOS ? i / 16 * 16 + i % 4 * 4 + i / 4 % 4 : i;
    }

    /// The numbers that [#round] left.
    static void read(Fields fields, MemorySegment digits, int columns, float[] out) {
        for (int i = 0; i < columns; i++) {
            int place = place(fields, i);
            long at = (long) (place / CHUNK) * DIGITS_BYTES;
            int high = digits.get(ValueLayout.JAVA_BYTE, at + place % CHUNK);
            int low = digits.get(ValueLayout.JAVA_BYTE, at + CHUNK + place % CHUNK);
            out[i] = (high * 128 + low) * digits.get(ValueLayout.JAVA_FLOAT, at + UNIT_AT);
        }
    }

    /// Multiplies all groups of tile `number` with the tile's inputs.
    static void multiply(InterleavedRows rows, Tile tile, int number) {
        RowFormat format = rows.format();
        long data = rows.tileAt(number);
        long stream = rows.apart();
        long digits = tile.inputs.digits().address();
        try {
            if (format == RowFormat.Q2_K) {
                Q2K.invokeExact(data, stream, rows.columns(), digits, tile.sums());
            } else {
                long table = TABLES.get(format).address();
                LEVELS.invokeExact(data, stream, rows.columns(), digits, table, tile.sums());
            }
        } catch (Throwable failure) {
            throw new IllegalStateException("native product failed", failure);
        }
        tile.read();
    }
}
