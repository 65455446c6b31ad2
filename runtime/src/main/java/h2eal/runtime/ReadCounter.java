package h2eal.runtime;

import h2eal.attention.HeadRead;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import h2eal.runtime.cache.CacheShape;
import h2eal.workload.ReadSink;

/// Adds up what every head reads. Mutable: one per session.
final class ReadCounter implements ReadSink {

    private final PageGeometry geometry;
    private final int tokenBytes;
    private final int summaryBytes;
    private long steps;
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

    /// Starts the count of one more decode step.
    void startStep() {
        steps++;
    }

    @Override
    public void accept(int step, int contextTokens, int layer, int kvHead, HeadRead read) {
        int pages = pages(read.tokens());
        pagesScored += Math.ceilDiv(read.summariesScored(), geometry.summariesPerPage());
        pagesRead += pages;
        pagesSkipped += geometry.pages(contextTokens) - pages;
        bytesRead += (long) read.tokens().size() * tokenBytes + (long) read.summariesScored() * summaryBytes;
        denseBytes += (long) contextTokens * tokenBytes;
    }

    /// Pages with at least one token of `tokens`.
    private int pages(TokenSet tokens) {
        int pages = 0;
        int counted = -1;
        for (int range = 0; range < tokens.ranges(); range++) {
            int first = Math.max(counted + 1, tokens.from(range) / geometry.pageTokens());
            counted = (tokens.to(range) - 1) / geometry.pageTokens();
            pages += Math.max(0, counted - first + 1);
        }
        return pages;
    }

    AttentionCounters total() {
        return new AttentionCounters(steps, pagesScored, pagesRead, pagesSkipped, bytesRead, denseBytes);
    }
}
