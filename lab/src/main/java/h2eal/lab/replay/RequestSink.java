package h2eal.lab.replay;

import h2eal.sim.dram.Access;

/// Receives the requests of a trace, in order.
@FunctionalInterface
public interface RequestSink {

    /// Accepts one request.
    ///
    /// @param address first byte
    /// @param arrivalCycle cycle from which it may be served
    void accept(long address, Access access, long arrivalCycle);
}
