package h2eal.runtime.interleaved;

import java.lang.foreign.MemorySegment;

/// All memory by address.
///
/// Kernels cut stretches of constant size out of it: then the compiler knows the kind of segment, whatever other code
/// does with segments, and checks once per stretch instead of at each load, which took a fifth of the time.
final class Memory {

    @SuppressWarnings("restricted")
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Memory() {}
}
