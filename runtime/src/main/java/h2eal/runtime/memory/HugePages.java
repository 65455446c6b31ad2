package h2eal.runtime.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Zeroed off-heap memory on pages of 2 MiB where the system gives them: walking long caches on pages of 4 KiB costs a
/// tenth of the bandwidth. The system takes physical memory as it is written.
///
/// Linux gives huge pages on request only, and the request must come before the memory is touched, so this maps memory
/// itself. Elsewhere, and where the module may not call native functions, it is ordinary arena memory.
public final class HugePages {

    /// Size of a huge page.
    public static final long BYTES = 2 << 20;

    private HugePages() {}

    /// Memory of `bytes` bytes that starts on a huge page and lives as long as `arena`.
    public static MemorySegment allocate(Arena arena, long bytes) {
        return LinuxMemory.CALLS
                .flatMap(calls -> allocate(calls, arena, bytes))
                .orElseGet(() -> arena.allocate(bytes, BYTES));
    }

    @SuppressWarnings("restricted")
    private static Optional<MemorySegment> allocate(LinuxMemory calls, Arena arena, long bytes) {
        // one huge page more, to start on a whole one
        return calls.map(bytes + BYTES).map(mapped -> {
            MemorySegment whole = mapped.reinterpret(arena, calls::unmap);
            long skipped = Math.ceilDiv(whole.address(), BYTES) * BYTES - whole.address();
            MemorySegment aligned = whole.asSlice(skipped, bytes);
            calls.askForHugePages(aligned);
            return aligned;
        });
    }
}
