package h2eal.mapping.cost;

import h2eal.hardware.BankSpec;
import h2eal.hardware.DramTiming;
import h2eal.hardware.RefreshMode;

/// How long a bank takes to stream rows, in closed form. One row buffer cannot open the next row while this one moves,
/// so a row of n bursts costs `max(tRC, max(tRAS, tRCD + (n - 1) tCCD + tRTP) + tRP)` cycles; with s sub-banks the rows
/// overlap until the interface or one sub-bank is the limit.
///
/// @param bank the bank
public record BankStream(BankSpec bank) {

    /// Cycles per row of a long stream of rows of which `bytes` are read, refresh included.
    public double rowCycles(int bytes) {
        DramTiming timing = bank.timing();
        int bursts = Math.ceilDiv(bytes, bank.burstBytes());
        int open = Math.max(timing.tRas(), timing.tRcd() + (bursts - 1) * timing.tCcd() + timing.tRtp());
        double cycle = Math.max(timing.tRc(), open + timing.tRp());
        double interfaceLimit = Math.max(bursts * timing.tCcd(), bank.subBanks() > 1 ? timing.tRrd() : 0);
        return Math.max(cycle / bank.subBanks(), interfaceLimit) * refreshFactor();
    }

    /// Cycles from the first activation of an idle bank until its first burst is there.
    public int firstBurstCycles() {
        DramTiming timing = bank.timing();
        return timing.tRcd() + timing.tCl() + timing.tCcd();
    }

    /// By how much refresh stretches a long stream: one refresh closes the open row, works for tRFC, and the row is
    /// opened again. Per-bank refresh stops one sub-bank of s at a time.
    double refreshFactor() {
        DramTiming timing = bank.timing();
        if (timing.tRefi() == 0) {
            return 1;
        }
        double lost = timing.tRfc() + timing.tRtp() + timing.tRp() + timing.tRcd();
        double share = lost / timing.tRefi();
        return 1 / (1 - Math.min(0.9, bank.refresh() == RefreshMode.ALL_BANK ? share : share / bank.subBanks()));
    }
}
