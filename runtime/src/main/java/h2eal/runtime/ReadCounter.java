package h2eal.runtime;

import h2eal.attention.PageGeometry;
import h2eal.runtime.cache.CacheShape;
import h2eal.runtime.decode.StepCounter;
import h2eal.workload.ReadCounts;

/// Adds up what every head reads. Mutable: one per session.
final class ReadCounter implements StepCounter {

    private final PageGeometry geometry;
    private final int tokenBytes;
    private final int summaryBytes;
    private long pagesScored;
    private long pagesRead;
    private long pagesSkipped;
    private long bytesRead;
    private long denseBytes;

    /// @param summaryBytes bytes of one key summary
    ReadCounter(CacheShape shape, int summaryBytes) {
        geometry = shape.geometry();
        tokenBytes = shape.layout().tokenBytes();
        this.summaryBytes = summaryBytes;
    }

    /// See [ReadCounts#of].
    @Override
    public void add(int contextTokens, int summariesScored, int tokens, int pages) {
        pagesScored += Math.ceilDiv(summariesScored, geometry.summariesPerPage());
        pagesRead += pages;
        pagesSkipped += geometry.pages(contextTokens) - pages;
        bytesRead += (long) tokens * tokenBytes + (long) summariesScored * summaryBytes;
        denseBytes += (long) contextTokens * tokenBytes;
    }

    ReadCounts total() {
        return new ReadCounts(pagesScored, pagesRead, pagesSkipped, bytesRead, denseBytes);
    }
}
