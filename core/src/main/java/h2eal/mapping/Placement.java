package h2eal.mapping;

import h2eal.hardware.Accelerator;

/// Decides where in the banks the KV cache lies. Deterministic, without state.
@FunctionalInterface
public interface Placement {

    /// Places `plan`, every sequence at its full capacity, so that appending never moves anything.
    ///
    /// @throws IllegalArgumentException if a bank is too small, with the numbers
    KvLayout place(CachePlan plan, Accelerator accelerator);
}
