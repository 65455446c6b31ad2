package h2eal.runtime;

/// What attention read in all decode steps of a session, over all layers and KV heads.
///
/// @param steps decode steps
/// @param pagesScored pages whose summaries were scored
/// @param pagesRead pages of which at least one token was read
/// @param pagesSkipped pages that were in the cache and were not read
/// @param bytesRead bytes of keys, values and summaries that were read
/// @param denseBytes bytes of keys and values that dense attention would have read
public record AttentionCounters(
        long steps, long pagesScored, long pagesRead, long pagesSkipped, long bytesRead, long denseBytes) {

    /// Before the first decode step.
    public static final AttentionCounters ZERO = new AttentionCounters(0, 0, 0, 0, 0, 0);

    /// Bytes of dense attention for each byte read; 1 before the first decode step.
    public double savedFactor() {
        return bytesRead == 0 ? 1 : (double) denseBytes / bytesRead;
    }

    /// The counters of this session and `other` together.
    public AttentionCounters plus(AttentionCounters other) {
        return new AttentionCounters(
                steps + other.steps,
                pagesScored + other.pagesScored,
                pagesRead + other.pagesRead,
                pagesSkipped + other.pagesSkipped,
                bytesRead + other.bytesRead,
                denseBytes + other.denseBytes);
    }
}
