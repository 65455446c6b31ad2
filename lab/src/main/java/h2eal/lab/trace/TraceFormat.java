package h2eal.lab.trace;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/// The read trace, version 1: a gzip stream of
///
/// ```
/// "H2RT" version:u8 model:UTF layers kvHeads headSize pageTokens summaryTokens     numbers are varints
/// per decode step:  1:u8 contextTokens, then per layer and KV head:
///                   summariesScored ranges, then per range: gap length          gap: tokens since the last range's end
/// 0:u8                                                                            end of the trace
/// ```
///
/// A varint holds seven bits per byte, the lowest first; the eighth bit says that more follow.
final class TraceFormat {

    static final int MAGIC = 'H' << 24 | '2' << 16 | 'R' << 8 | 'T';
    static final int VERSION = 1;
    static final int STEP = 1;
    static final int END = 0;

    private static final int PAYLOAD_BITS = 7;
    private static final int MORE = 0x80;
    private static final int INT_BITS = 32;

    private TraceFormat() {}

    static void writeVarint(DataOutput out, int value) throws IOException {
        int rest = value;
        while ((rest & -MORE) != 0) {
            out.writeByte(rest & (MORE - 1) | MORE);
            rest >>>= PAYLOAD_BITS;
        }
        out.writeByte(rest);
    }

    /// Reads a number that is not negative.
    static int readVarint(DataInput in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < INT_BITS; shift += PAYLOAD_BITS) {
            int piece = in.readUnsignedByte();
            value |= (long) (piece & (MORE - 1)) << shift;
            if ((piece & MORE) == 0) {
                if (value > Integer.MAX_VALUE) {
                    break;
                }
                return (int) value;
            }
        }
        throw new IOException("a number is out of range");
    }
}
