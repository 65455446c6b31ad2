package h2eal.runtime.memory;

import java.lang.foreign.MemorySegment;

/// All memory by address, for kernels whose caller has checked that what they read lies in a segment and keeps that
/// segment alive. A class of its own, so that Java's question about native access comes with vector kernels only.
public final class AllMemory {

    /// A constant, so that the compiler knows the kind of segment and its bounds.
    @SuppressWarnings("restricted")
    public static final MemorySegment SEGMENT = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /// The bits of an address. A number cut to them is seen to lie in [#SEGMENT] with all that is near it: inner loops
    /// are left without any check, and the compiler splits no first and last turns off them.
    public static final long ADDRESSES = (1L << 56) - 1;

    private AllMemory() {}
}
