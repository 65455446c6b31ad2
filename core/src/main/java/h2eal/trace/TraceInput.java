package h2eal.trace;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32C;

/// The frames of a trace, checksums verified, and the offset reached.
final class TraceInput {

    private final InputStream in;
    private long offset;

    TraceInput(InputStream in) {
        this.in = Objects.requireNonNull(in, "in");
    }

    /// The next frame.
    TracePayload frame() throws IOException {
        long start = offset;
        int length = int32();
        if (length < 0) {
            throw new TraceException(start, "a frame of %s bytes".formatted(Integer.toUnsignedString(length)));
        }
        byte[] payload = bytes(length);
        CRC32C crc = new CRC32C();
        crc.update(payload);
        int computed = (int) crc.getValue();
        int written = int32();
        if (written != computed) {
            throw new TraceException(
                    start, "the frame's checksum is %08x, its payload's %08x".formatted(written, computed));
        }
        return new TracePayload(payload, start + Integer.BYTES);
    }

    /// Exactly `count` bytes. The stream hands them over in pieces, so a lying count costs no more memory than there
    /// are bytes.
    byte[] bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        offset += bytes.length;
        if (bytes.length < count) {
            throw new EOFException();
        }
        return bytes;
    }

    void requireEnd() throws IOException {
        if (in.read() >= 0) {
            throw malformed("bytes after the end");
        }
    }

    /// An exception at the offset reached.
    TraceException malformed(String reason) {
        return new TraceException(offset, reason);
    }

    private int int32() throws IOException {
        byte[] bytes = bytes(Integer.BYTES);
        int number = 0;
        for (int i = 0; i < bytes.length; i++) {
            number |= (bytes[i] & 0xFF) << (8 * i);
        }
        return number;
    }
}
