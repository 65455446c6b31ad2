package h2eal.trace;

/// A trace that cannot be read. The message names the offset in bytes and the reason; who opened the file adds its
/// name.
public final class TraceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long offset;

    TraceException(long offset, String reason) {
        super("byte %d: %s".formatted(offset, reason));
        this.offset = offset;
    }

    /// Offset of the first byte that makes no sense.
    public long offset() {
        return offset;
    }
}
