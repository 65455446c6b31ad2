package h2eal.sim.dram;

/// What a bank did, and where its time went.
///
/// The five cycle counts add up to the cycle after the last burst: every cycle of the interface has one reason.
///
/// @param activations rows opened
/// @param precharges rows closed
/// @param refreshes refresh commands
/// @param columnReads bursts read
/// @param columnWrites bursts written
/// @param rowHits bursts that found their row open
/// @param rowMisses bursts that had to open it
/// @param bytesRead bytes asked for by reads; whole bursts move
/// @param bytesWritten bytes asked for by writes
/// @param busyCycles the interface moves data
/// @param rowTurnaroundCycles it waits for a row to close and the next to open
/// @param refreshCycles it waits for a refresh
/// @param busTurnaroundCycles it waits to change between reading and writing
/// @param waitingCycles no request is there
public record DramCounts(
        long activations,
        long precharges,
        long refreshes,
        long columnReads,
        long columnWrites,
        long rowHits,
        long rowMisses,
        long bytesRead,
        long bytesWritten,
        long busyCycles,
        long rowTurnaroundCycles,
        long refreshCycles,
        long busTurnaroundCycles,
        long waitingCycles) {

    /// Nothing done.
    public static final DramCounts NONE = new DramCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// The sum over two banks.
    public DramCounts plus(DramCounts other) {
        return new DramCounts(
                activations + other.activations,
                precharges + other.precharges,
                refreshes + other.refreshes,
                columnReads + other.columnReads,
                columnWrites + other.columnWrites,
                rowHits + other.rowHits,
                rowMisses + other.rowMisses,
                bytesRead + other.bytesRead,
                bytesWritten + other.bytesWritten,
                busyCycles + other.busyCycles,
                rowTurnaroundCycles + other.rowTurnaroundCycles,
                refreshCycles + other.refreshCycles,
                busTurnaroundCycles + other.busTurnaroundCycles,
                waitingCycles + other.waitingCycles);
    }

    /// What was done since an `earlier` snapshot of the same bank.
    public DramCounts minus(DramCounts earlier) {
        return new DramCounts(
                activations - earlier.activations,
                precharges - earlier.precharges,
                refreshes - earlier.refreshes,
                columnReads - earlier.columnReads,
                columnWrites - earlier.columnWrites,
                rowHits - earlier.rowHits,
                rowMisses - earlier.rowMisses,
                bytesRead - earlier.bytesRead,
                bytesWritten - earlier.bytesWritten,
                busyCycles - earlier.busyCycles,
                rowTurnaroundCycles - earlier.rowTurnaroundCycles,
                refreshCycles - earlier.refreshCycles,
                busTurnaroundCycles - earlier.busTurnaroundCycles,
                waitingCycles - earlier.waitingCycles);
    }

    /// Bytes asked for.
    public long bytes() {
        return bytesRead + bytesWritten;
    }

    /// Column commands.
    public long columns() {
        return columnReads + columnWrites;
    }

    /// Commands of every kind.
    public long commands() {
        return activations + precharges + refreshes + columns();
    }

    /// Cycles accounted for.
    public long totalCycles() {
        return busyCycles + rowTurnaroundCycles + refreshCycles + busTurnaroundCycles + waitingCycles;
    }
}
