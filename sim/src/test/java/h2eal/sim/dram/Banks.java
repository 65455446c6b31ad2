package h2eal.sim.dram;

import h2eal.hardware.BankSpec;
import h2eal.hardware.DramTiming;
import h2eal.hardware.RefreshMode;

/// The three banks of the golden tables.
final class Banks {

    /// 25.6 GB/s, 256 MiB.
    static final BankSpec EDGE =
            new BankSpec(1L << 28, 2048, 64, new DramTiming(2.5, 1, 6, 4, 6, 6, 14, 20, 7, 2, 4, 2, 1560, 104));

    /// 12.8 GB/s, 256 MiB.
    static final BankSpec SILICON =
            new BankSpec(1L << 28, 2048, 64, new DramTiming(2.5, 2, 6, 4, 6, 6, 14, 20, 7, 2, 4, 2, 1560, 104));

    /// 8.8 GB/s, 8 MiB, a burst of four cycles.
    static final BankSpec FAST =
            new BankSpec(8L << 20, 1024, 64, new DramTiming(1.82, 4, 7, 4, 5, 5, 7, 12, 9, 3, 5, 3, 2143, 143));

    private Banks() {}

    static BankSpec withoutRefresh(BankSpec bank) {
        return bank.withTiming(bank.timing().withoutRefresh());
    }

    static BankSpec withSubBanks(BankSpec bank, int subBanks, RefreshMode mode) {
        return new BankSpec(bank.capacityBytes(), bank.rowBytes(), bank.burstBytes(), subBanks, mode, bank.timing());
    }
}
