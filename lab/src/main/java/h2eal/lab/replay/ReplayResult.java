package h2eal.lab.replay;

import h2eal.hardware.BankSpec;
import h2eal.sim.dram.DramCounts;

/// What one bank did with a trace of requests, each of which moves one burst.
///
/// @param finishCycle cycle at which the last request's data is complete, from 0
/// @param rowHits requests that found their row open
/// @param rowMisses requests that had to open it
/// @param busyCycles cycles in which the interface moved data; the next four say why it did not
/// @param peakShare share of the interface's peak bandwidth that was reached
public record ReplayResult(
        long requests,
        long finishCycle,
        long rowHits,
        long rowMisses,
        long activations,
        long precharges,
        long refreshes,
        long busyCycles,
        long rowTurnaroundCycles,
        long refreshCycles,
        long busTurnaroundCycles,
        long waitingCycles,
        double nanoseconds,
        double gigabytesPerSecond,
        double peakShare) {

    static ReplayResult of(long requests, long finishCycle, DramCounts counts, BankSpec bank) {
        double nanoseconds = finishCycle * bank.timing().clockNanoseconds();
        return new ReplayResult(
                requests,
                finishCycle,
                counts.rowHits(),
                counts.rowMisses(),
                counts.activations(),
                counts.precharges(),
                counts.refreshes(),
                counts.busyCycles(),
                counts.rowTurnaroundCycles(),
                counts.refreshCycles(),
                counts.busTurnaroundCycles(),
                counts.waitingCycles(),
                nanoseconds,
                counts.bytes() / nanoseconds,
                counts.bytes() / (finishCycle * bank.peakBytesPerCycle()));
    }
}
