package h2eal.runtime.interleaved;

import java.lang.foreign.MemorySegment;

/// All memory by address: a constant, so that the compiler knows the kind of segment, whatever other code does with
/// segments, and its bounds.
final class Memory {

    @SuppressWarnings("restricted")
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Memory() {}
}
