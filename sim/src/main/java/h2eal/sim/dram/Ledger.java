package h2eal.sim.dram;

import h2eal.hardware.DramTiming;

/// Books every action of a bank and a reason for every cycle of its interface. Both engines keep one.
final class Ledger {

    private final int burstCycles;
    private final int readToWriteCycles;
    private final int writeToReadCycles;

    private long activations;
    private long precharges;
    private long refreshes;
    private long columnReads;
    private long columnWrites;
    private long bytesRead;
    private long bytesWritten;
    private long rowTurnaroundCycles;
    private long refreshCycles;
    private long busTurnaroundCycles;
    private long waitingCycles;

    private Access lastAccess = Access.READ;
    private long freeCycle;
    private long refreshFrom;
    private long refreshTo;

    Ledger(DramTiming timing) {
        burstCycles = timing.tCcd();
        readToWriteCycles = Math.max(0, timing.tCl() - timing.tCwl());
        writeToReadCycles = timing.tCwl() + timing.tWtr();
    }

    /// Books a row opened.
    void activated() {
        activations++;
    }

    /// Books a row closed.
    void precharged() {
        precharges++;
    }

    /// Books `count` refreshes, the last of which keeps the bank from `from`, when it fell due, to `to`.
    void refreshes(long count, long from, long to) {
        refreshes += count;
        refreshFrom = from;
        refreshTo = to;
    }

    /// Books `count` bursts back to back, the first at `cycle`, of a piece that was there at `arrivalCycle`.
    void columns(Access access, long count, long cycle, long arrivalCycle) {
        if (cycle > freeCycle) {
            explain(access, cycle, arrivalCycle);
        }
        freeCycle = cycle + count * burstCycles;
        lastAccess = access;
        switch (access) {
            case READ -> columnReads += count;
            case WRITE -> columnWrites += count;
        }
    }

    /// Books `count` rows like the last one: each opened after the one before, `rowCycles` apart, for `columns` bursts.
    void rows(Access access, int count, long rowCycles, int columns, long bytes) {
        activations += count;
        precharges += count;
        rowTurnaroundCycles += count * (rowCycles - (long) columns * burstCycles);
        freeCycle += count * rowCycles;
        switch (access) {
            case READ -> {
                columnReads += (long) count * columns;
                bytesRead += count * bytes;
            }
            case WRITE -> {
                columnWrites += (long) count * columns;
                bytesWritten += count * bytes;
            }
        }
    }

    /// Books the bytes a piece asks for.
    void bytes(Access access, int bytes) {
        switch (access) {
            case READ -> bytesRead += bytes;
            case WRITE -> bytesWritten += bytes;
        }
    }

    /// Gives the idle cycles before a burst at `cycle` their reasons, in the order in which they held it back.
    private void explain(Access access, long cycle, long arrivalCycle) {
        long from = freeCycle;
        long arrived = Math.clamp(arrivalCycle, from, cycle);
        waitingCycles += arrived - from;
        long turned = Math.clamp(columnCycle(access), arrived, cycle);
        busTurnaroundCycles += turned - arrived;
        long refreshing = Math.max(0, Math.min(refreshTo, cycle) - Math.max(refreshFrom, turned));
        refreshCycles += refreshing;
        rowTurnaroundCycles += cycle - turned - refreshing;
    }

    /// First cycle at which the interface can take another column command of this kind.
    long columnCycle(Access access) {
        return freeCycle + turnaround(access);
    }

    long freeCycle() {
        return freeCycle;
    }

    private int turnaround(Access access) {
        if (access == lastAccess || freeCycle == 0) {
            return 0;
        }
        return switch (access) {
            case READ -> writeToReadCycles;
            case WRITE -> readToWriteCycles;
        };
    }

    DramCounts counts() {
        long columns = columnReads + columnWrites;
        return new DramCounts(
                activations,
                precharges,
                refreshes,
                columnReads,
                columnWrites,
                columns - activations,
                activations,
                bytesRead,
                bytesWritten,
                columns * burstCycles,
                rowTurnaroundCycles,
                refreshCycles,
                busTurnaroundCycles,
                waitingCycles);
    }
}
