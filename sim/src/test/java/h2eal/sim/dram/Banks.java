package h2eal.sim.dram;

import h2eal.hardware.BankSpec;
import h2eal.hardware.DramTiming;
import h2eal.hardware.RefreshMode;
import java.util.Random;

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

    /// Rows of a random bank: few, so that hits, conflicts and streams all occur.
    static final int ROWS = 64;

    private Banks() {}

    /// A bank of rows of 512 bytes with random timing, half of them refreshed, some so often that little else happens.
    static BankSpec random(Random random, int subBanks) {
        int[] c = random.ints(11, 1, 13).toArray();
        int ras = c[4] + c[5];
        int rc = ras + c[6];
        int rfc = random.nextInt(1, 60);
        int shortest = rfc + rc + c[0] + c[2] + c[3] + c[6] + c[7] + c[8];
        int refi = random.nextBoolean() ? 0 : shortest + random.nextInt(1, 400);
        DramTiming timing =
                new DramTiming(1, c[0], c[1], c[2], c[3], c[6], ras, rc, c[7], c[8], c[9], c[10], refi, rfc);
        RefreshMode mode = random.nextBoolean() ? RefreshMode.ALL_BANK : RefreshMode.PER_BANK;
        return new BankSpec(ROWS * 512L, 512, 64, subBanks, mode, timing);
    }

    static BankSpec withoutRefresh(BankSpec bank) {
        return bank.withTiming(bank.timing().withoutRefresh());
    }

    static BankSpec withSubBanks(BankSpec bank, int subBanks, RefreshMode mode) {
        return new BankSpec(bank.capacityBytes(), bank.rowBytes(), bank.burstBytes(), subBanks, mode, bank.timing());
    }
}
