package h2eal.trace;

import h2eal.attention.TokenSet;
import java.nio.charset.StandardCharsets;

/// A cursor over the payload of one frame.
final class TracePayload {

    private static final int MOST_NUMBER_BYTES = 5;

    private final byte[] bytes;
    private final long start;
    private int at;

    /// @param start offset of the payload in the trace
    TracePayload(byte[] bytes, long start) {
        this.bytes = bytes;
        this.start = start;
    }

    int octet() {
        if (at == bytes.length) {
            throw malformed("the frame ends too early");
        }
        return bytes[at++] & 0xFF;
    }

    /// An unsigned LEB128 number.
    int number() {
        long number = 0;
        for (int i = 0; i < MOST_NUMBER_BYTES; i++) {
            int octet = octet();
            number |= (long) (octet & 0x7F) << (7 * i);
            if (octet < 0x80) {
                if (number > Integer.MAX_VALUE) {
                    throw malformed("number %d is too large".formatted(number));
                }
                return (int) number;
            }
        }
        throw malformed("a number of more than %d bytes".formatted(MOST_NUMBER_BYTES));
    }

    String text() {
        int length = number();
        if (length > bytes.length - at) {
            throw malformed("a text of %d bytes in a frame with %d left".formatted(length, bytes.length - at));
        }
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    TokenSet tokens() {
        int ranges = number();
        if (ranges > (bytes.length - at) / 2) {
            throw malformed("%d ranges in a frame with %d bytes left".formatted(ranges, bytes.length - at));
        }
        int[] bounds = new int[2 * ranges];
        long last = -1;
        for (int i = 0; i < bounds.length; i++) {
            last += 1L + number();
            if (last > Integer.MAX_VALUE) {
                throw malformed("token %d is too far".formatted(last));
            }
            bounds[i] = (int) last;
        }
        return TokenSet.ofRanges(bounds);
    }

    void requireEnd() {
        if (at < bytes.length) {
            throw malformed("%d bytes too many in the frame".formatted(bytes.length - at));
        }
    }

    /// An exception at the cursor.
    TraceException malformed(String reason) {
        return new TraceException(start + at, reason);
    }
}
