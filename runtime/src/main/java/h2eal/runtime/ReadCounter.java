package h2eal.runtime;

import h2eal.attention.HeadRead;
import h2eal.attention.PageGeometry;
import h2eal.runtime.cache.CacheShape;
import h2eal.workload.ReadCounts;
import h2eal.workload.ReadSink;

/// Adds up what every head reads. Mutable: one per session.
final class ReadCounter implements ReadSink {

    private final PageGeometry geometry;
    private final int tokenBytes;
    private final int summaryBytes;
    private ReadCounts total = ReadCounts.NONE;

    /// @param summaryBytes bytes of one key summary
    ReadCounter(CacheShape shape, int summaryBytes) {
        geometry = shape.geometry();
        tokenBytes = shape.layout().tokenBytes();
        this.summaryBytes = summaryBytes;
    }

    @Override
    public void accept(int step, int contextTokens, int layer, int kvHead, HeadRead read) {
        total = total.plus(ReadCounts.of(read, contextTokens, geometry, tokenBytes, summaryBytes));
    }

    ReadCounts total() {
        return total;
    }
}
