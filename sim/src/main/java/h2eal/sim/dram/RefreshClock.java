package h2eal.sim.dram;

import h2eal.hardware.BankSpec;
import h2eal.hardware.RefreshMode;

/// When the refreshes of a bank fall due, per sub-bank. The n-th cycle has number n - 1.
final class RefreshClock {

    private final int periodCycles;
    private final boolean interruptsPieces;
    private final long[] dueCycle;

    RefreshClock(BankSpec spec) {
        int subBanks = spec.subBanks();
        periodCycles = spec.timing().tRefi();
        interruptsPieces = spec.refresh() == RefreshMode.ALL_BANK;
        dueCycle = new long[subBanks];
        for (int subBank = 0; subBank < subBanks; subBank++) {
            dueCycle[subBank] = periodCycles == 0 ? Long.MAX_VALUE : firstCycle(spec.refresh(), subBank, subBanks);
        }
    }

    /// Refreshes of one sub-bank after the other are spread evenly over the period.
    private long firstCycle(RefreshMode mode, int subBank, int subBanks) {
        return switch (mode) {
            case ALL_BANK -> periodCycles - 1L;
            case PER_BANK -> (long) periodCycles * (subBank + 1) / subBanks - 1;
        };
    }

    /// Whether a refresh that falls due stops a piece under way. One of a single sub-bank waits for its end: it is
    /// then hidden behind the pieces of the other sub-banks, and late by no more than a row.
    boolean interruptsPieces() {
        return interruptsPieces;
    }

    /// Cycle from which the next refresh of `subBank` is due.
    long dueCycle(int subBank) {
        return dueCycle[subBank];
    }

    /// That refresh and those after it, `count` in all, are done.
    void done(int subBank, long count) {
        dueCycle[subBank] += count * periodCycles;
    }

    int periodCycles() {
        return periodCycles;
    }
}
