package h2eal.sim.dram;

import h2eal.hardware.BankSpec;

/// The trace generators of the golden tables.
final class Traces {

    private static final long MULTIPLIER = 6364136223846793005L;
    private static final long INCREMENT = 1442695040888963407L;

    private Traces() {}

    /// Replays `seq`, or `pageP`: chunks of P bytes at random places, each read in order.
    static DramReplay.Result replay(String name, BankSpec bank, EngineKind kind) {
        DramReplay replay = new DramReplay(bank, kind, (number, finishCycle) -> {});
        if (name.equals("seq")) {
            sequential(100_000, bank.capacityBytes(), replay);
        } else {
            pages(Integer.parseInt(name.substring("page".length())), bank.capacityBytes(), replay);
        }
        return replay.finish();
    }

    private static void sequential(int requests, long capacityBytes, DramReplay replay) {
        for (long request = 0; request < requests; request++) {
            replay.send(request * 64 % capacityBytes, Access.READ, 0);
        }
    }

    private static void pages(int pageBytes, long capacityBytes, DramReplay replay) {
        int pages = pageBytes == 64 ? 20_000 : 100_000 * 64 / pageBytes;
        long state = 42;
        for (int page = 0; page < pages; page++) {
            state = state * MULTIPLIER + INCREMENT;
            long base = (state >>> 33) % (capacityBytes / pageBytes) * pageBytes;
            for (int offset = 0; offset < pageBytes; offset += 64) {
                replay.send(base + offset, Access.READ, 0);
            }
        }
    }
}
