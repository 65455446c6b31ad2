package h2eal.sim.dram;

import h2eal.hardware.BankSpec;

/// How a bank is simulated. Both kinds give the same cycles.
public enum EngineKind {
    /// Every DRAM command is issued against the rule table: the reference.
    COMMAND {
        @Override
        public BankEngine engine(BankSpec spec) {
            return new CommandEngine(spec);
        }
    },
    /// Runs of row hits are advanced in closed form: the default.
    BURST {
        @Override
        public BankEngine engine(BankSpec spec) {
            return new BurstEngine(spec);
        }
    };

    /// A new engine for one bank, all rows closed, at cycle 0.
    public abstract BankEngine engine(BankSpec spec);
}
