package h2eal.lab.replay;

import h2eal.hardware.BankSpec;
import h2eal.sim.dram.Access;
import h2eal.sim.dram.BankEngine;
import h2eal.sim.dram.EngineKind;
import java.io.IOException;
import java.util.function.LongConsumer;

/// Runs a bare trace of requests through one bank.
public final class BankReplay {

    private BankReplay() {}

    /// Serves every request of `trace` with a new engine.
    ///
    /// @param progress told how many bytes of the trace are read
    public static ReplayResult run(RequestTrace trace, BankSpec bank, EngineKind kind, LongConsumer progress)
            throws IOException {
        Served served = new Served(bank, kind.engine(bank));
        long requests = trace.replay(served, progress);
        return ReplayResult.of(requests, served.finishCycle, served.engine.counts(), bank);
    }

    /// One burst per request: row = address / row size.
    private static final class Served implements RequestSink {

        private final BankSpec bank;
        private final BankEngine engine;
        private long finishCycle;

        Served(BankSpec bank, BankEngine engine) {
            this.bank = bank;
            this.engine = engine;
        }

        @Override
        public void accept(long address, Access access, long arrivalCycle) {
            if (address >= bank.capacityBytes()) {
                throw new IllegalArgumentException(
                        "address 0x%x lies beyond the bank's %d bytes".formatted(address, bank.capacityBytes()));
            }
            int row = (int) (address / bank.rowBytes());
            int column = (int) (address % bank.rowBytes()) / bank.burstBytes() * bank.burstBytes();
            finishCycle = Math.max(finishCycle, engine.access(access, row, column, bank.burstBytes(), arrivalCycle));
        }
    }
}
