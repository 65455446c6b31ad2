package h2eal.sim.tile;

/// One tile in time. DRAM streams into one half of a double buffer while the units compute on the other, so a task of
/// n chunks takes `max(stream, compute) + min(stream, compute) / n` and the drain of the units: the slower of both,
/// plus
/// fill and drain. The next task streams while this one still computes, but never more than one chunk ahead.
public final class TilePipeline {

    private final long chunkBytes;
    private double nextStream;
    private double computeFree;

    /// An idle tile with `streamBytes` of SRAM for the stream.
    public TilePipeline(int streamBytes) {
        this.chunkBytes = Math.max(1, streamBytes / 2);
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
        nextStream = Math.max(streamEnd, computeFree - lastChunk);
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
