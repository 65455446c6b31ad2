package h2eal.runtime.cache;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Zeroed off-heap memory on pages of 2 MiB where the system gives them: walking long caches on pages of 4 KiB costs a
/// tenth of the bandwidth. The system takes physical memory as it is written.
///
/// Linux gives huge pages on request only, and the request must come before the memory is touched, so this maps memory
/// itself. Elsewhere, and where the module may not call native functions, it is ordinary arena memory.
public final class HugePages {

    /// Size of a huge page.
    static final long BYTES = 2 << 20;

    // of sys/mman.h on Linux
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MADV_HUGEPAGE = 14;

    private static final Optional<Calls> CALLS = Calls.find();

    private HugePages() {}

    /// Memory of `bytes` bytes that starts on a huge page and lives as long as `arena`.
    public static MemorySegment allocate(Arena arena, long bytes) {
        return CALLS.flatMap(calls -> calls.map(arena, bytes)).orElseGet(() -> arena.allocate(bytes, BYTES));
    }

    @SuppressWarnings("restricted")
    private record Calls(MethodHandle mmap, MethodHandle munmap, MethodHandle madvise) {

        static Optional<Calls> find() {
            if (!System.getProperty("os.name").equals("Linux")
                    || !HugePages.class.getModule().isNativeAccessEnabled()) {
                return Optional.empty();
            }
            var size = ValueLayout.JAVA_LONG;
            var flag = ValueLayout.JAVA_INT;
            var address = ValueLayout.ADDRESS;
            return Optional.of(new Calls(
                    handle("mmap", FunctionDescriptor.of(address, address, size, flag, flag, flag, size)),
                    handle("munmap", FunctionDescriptor.of(flag, address, size)),
                    handle("madvise", FunctionDescriptor.of(flag, address, size, flag))));
        }

        private static MethodHandle handle(String name, FunctionDescriptor type) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
        }

        Optional<MemorySegment> map(Arena arena, long bytes) {
            try {
                // one huge page more, to start on a whole one
                long mapped = bytes + BYTES;
                MemorySegment start = (MemorySegment)
                        mmap.invokeExact(MemorySegment.NULL, mapped, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
                if (start.address() == -1) {
                    return Optional.empty();
                }
                MemorySegment whole = start.reinterpret(mapped, arena, segment -> unmap(segment, mapped));
                long skipped = Math.ceilDiv(start.address(), BYTES) * BYTES - start.address();
                MemorySegment aligned = whole.asSlice(skipped, bytes);
                // a refusal leaves ordinary pages
                int refused = (int) madvise.invokeExact(aligned, bytes, MADV_HUGEPAGE);
                assert refused == 0 || refused == -1;
                return Optional.of(aligned);
            } catch (Throwable failure) {
                throw new IllegalStateException("mmap of %d bytes failed".formatted(bytes), failure);
            }
        }

        private void unmap(MemorySegment start, long bytes) {
            try {
                int failed = (int) munmap.invokeExact(start, bytes);
                assert failed == 0;
            } catch (Throwable failure) {
                throw new IllegalStateException("munmap failed", failure);
            }
        }
    }
}
