package h2eal.workload;

import h2eal.attention.HeadRead;
import h2eal.attention.PageGeometry;
import java.util.List;

/// What was read, in pages and bytes, and what dense attention would have read: the proof that sparse attention ran.
/// Adds up over heads, layers and steps.
///
/// @param pagesScored pages whose key summaries were read and scored
/// @param pagesRead pages of which at least one token was read
/// @param pagesSkipped pages in the cache of which none was
/// @param bytesRead bytes of keys, values and key summaries read
/// @param denseBytes bytes of keys and values that dense attention reads
public record ReadCounts(long pagesScored, long pagesRead, long pagesSkipped, long bytesRead, long denseBytes) {

    /// Before anything is read.
    public static final ReadCounts NONE = new ReadCounts(0, 0, 0, 0, 0);

    /// Counts what one KV head read in one step.
    ///
    /// @param contextTokens tokens in the cache, the current one included
    /// @param tokenBytes bytes of K and V of one token of one KV head
    /// @param summaryBytes bytes of one key summary
    public static ReadCounts of(
            HeadRead read, int contextTokens, PageGeometry geometry, int tokenBytes, int summaryBytes) {
        int pagesRead = read.tokens().pages(geometry.pageTokens());
        return new ReadCounts(
                Math.ceilDiv(read.summariesScored(), geometry.summariesPerPage()),
                pagesRead,
                geometry.pages(contextTokens) - pagesRead,
                (long) read.tokens().size() * tokenBytes + (long) read.summariesScored() * summaryBytes,
                (long) contextTokens * tokenBytes);
    }

    /// Counts what all KV heads read in one step.
    public static ReadCounts of(StepReads step, PageGeometry geometry, int tokenBytes, int summaryBytes) {
        return step.reads().stream()
                .flatMap(List::stream)
                .map(read -> of(read, step.contextTokens(), geometry, tokenBytes, summaryBytes))
                .reduce(NONE, ReadCounts::plus);
    }

    /// The sum of both.
    public ReadCounts plus(ReadCounts other) {
        return new ReadCounts(
                pagesScored + other.pagesScored,
                pagesRead + other.pagesRead,
                pagesSkipped + other.pagesSkipped,
                bytesRead + other.bytesRead,
                denseBytes + other.denseBytes);
    }

    /// Bytes of dense attention for each byte read; 1 before anything is read.
    public double savedFactor() {
        return bytesRead == 0 ? 1 : (double) denseBytes / bytesRead;
    }
}
