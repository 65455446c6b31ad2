package h2eal.sim.tile;

/// One tile in time. The stream SRAM is a ring of chunks, one row of every bank each: the units take a chunk as soon as
/// it is there, and DRAM fills the others meanwhile. So a task of n chunks takes
/// `max(stream, compute) + min(stream, compute) / n` and the drain of the units: the slower of both, plus fill and
/// drain. The next task streams while this one still computes, as far ahead as the ring has room.
public final class TilePipeline {

    private final long chunkBytes;
    private final long aheadBytes;
    private double nextStream;
    private double computeFree;

    /// An idle tile with `streamBytes` of SRAM for the stream, of which `chunkBytes` are computed on at a time.
    public TilePipeline(int streamBytes, long chunkBytes) {
        if (chunkBytes < 1 || 2 * chunkBytes > streamBytes) {
            throw new IllegalArgumentException(
                    "a ring of %d bytes holds at least two chunks: %d".formatted(streamBytes, chunkBytes));
        }
        this.chunkBytes = chunkBytes;
        this.aheadBytes = streamBytes - chunkBytes;
    }

    /// Waits until `cycle`: nothing of an earlier phase is left.
    public void idleUntil(double cycle) {
        nextStream = Math.max(nextStream, cycle);
        computeFree = Math.max(computeFree, cycle);
    }

    /// First cycle at which a stream may start whose inputs are ready at `inputCycle`.
    public double streamStart(double inputCycle) {
        return Math.max(inputCycle, nextStream);
    }

    /// Runs a task whose `bytes` streamed from `start` to `streamEnd`.
    ///
    /// @param computeCycles cycles of the slowest unit
    /// @return cycle at which the last chunk is computed
    public double run(double start, double streamEnd, long bytes, double computeCycles) {
        double chunks = Math.max(1, Math.ceilDiv(bytes, chunkBytes));
        double lastChunk = computeCycles / chunks;
        double firstArrival = start + (streamEnd - start) / chunks;
        computeFree = Math.max(Math.max(computeFree, firstArrival) + computeCycles, streamEnd + lastChunk);
        double inRing = Math.min(1, (double) aheadBytes / bytes) * computeCycles;
        nextStream = Math.max(streamEnd, computeFree - inRing);
        return computeFree;
    }

    /// First cycle at which the buffer can take another stream.
    public double nextStream() {
        return nextStream;
    }

    /// Cycle at which everything so far is computed.
    public double computeFree() {
        return computeFree;
    }
}
