package h2eal.lab.replay;

import h2eal.hardware.BankSpec;
import h2eal.sim.dram.DramReplay;
import h2eal.sim.dram.EngineKind;
import java.io.IOException;
import java.util.function.LongConsumer;

/// Runs a bare trace of requests through one bank.
public final class BankReplay {

    private BankReplay() {}

    /// Serves every request of `trace` from a new bank, the ready ones first.
    ///
    /// @param progress told how many bytes of the trace are read
    public static ReplayResult run(RequestTrace trace, BankSpec bank, EngineKind kind, LongConsumer progress)
            throws IOException {
        DramReplay replay = new DramReplay(bank, kind, (number, finishCycle) -> {});
        trace.replay(replay::send, progress);
        DramReplay.Result result = replay.finish();
        return ReplayResult.of(result.requests(), result.finishCycle(), result.counts(), bank);
    }
}
