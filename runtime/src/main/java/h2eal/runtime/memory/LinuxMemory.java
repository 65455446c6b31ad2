package h2eal.runtime.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Memory straight from Linux: calls of sys/mman.h.
@SuppressWarnings("restricted")
record LinuxMemory(MethodHandle mmap, MethodHandle munmap, MethodHandle madvise, MethodHandle mprotect) {

    /// The calls, on Linux and where the module may call native functions (`--enable-native-access`).
    static final Optional<LinuxMemory> CALLS = find();

    // of sys/mman.h
    private static final int PROT_READ_WRITE = 3;
    private static final int PROT_READ_EXECUTE = 5;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MADV_HUGEPAGE = 14;

    private static Optional<LinuxMemory> find() {
        if (!System.getProperty("os.name").equals("Linux")
                || !LinuxMemory.class.getModule().isNativeAccessEnabled()) {
            return Optional.empty();
        }
        var size = ValueLayout.JAVA_LONG;
        var flag = ValueLayout.JAVA_INT;
        var address = ValueLayout.ADDRESS;
        return Optional.of(new LinuxMemory(
                handle("mmap", FunctionDescriptor.of(address, address, size, flag, flag, flag, size)),
                handle("munmap", FunctionDescriptor.of(flag, address, size)),
                handle("madvise", FunctionDescriptor.of(flag, address, size, flag)),
                handle("mprotect", FunctionDescriptor.of(flag, address, size, flag))));
    }

    private static MethodHandle handle(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    /// Zeroed memory of `bytes` bytes on small pages, to be given back by [#unmap]; nothing if there is none.
    Optional<MemorySegment> map(long bytes) {
        try {
            MemorySegment start = (MemorySegment)
                    mmap.invokeExact(MemorySegment.NULL, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
            return start.address() == -1 ? Optional.empty() : Optional.of(start.reinterpret(bytes));
        } catch (Throwable failure) {
            throw new IllegalStateException("mmap of %d bytes failed".formatted(bytes), failure);
        }
    }

    /// Gives back what [#map] gave.
    void unmap(MemorySegment memory) {
        try {
            int failed = (int) munmap.invokeExact(memory, memory.byteSize());
            assert failed == 0;
        } catch (Throwable failure) {
            throw new IllegalStateException("munmap failed", failure);
        }
    }

    /// Asks for huge pages before memory is touched; a refusal leaves ordinary ones.
    void askForHugePages(MemorySegment memory) {
        try {
            int refused = (int) madvise.invokeExact(memory, memory.byteSize(), MADV_HUGEPAGE);
            assert refused == 0 || refused == -1;
        } catch (Throwable failure) {
            throw new IllegalStateException("madvise failed", failure);
        }
    }

    /// Makes whole pages executable and no longer writable; false if that is forbidden here.
    boolean makeExecutable(MemorySegment memory) {
        try {
            return (int) mprotect.invokeExact(memory, memory.byteSize(), PROT_READ_EXECUTE) == 0;
        } catch (Throwable failure) {
            throw new IllegalStateException("mprotect failed", failure);
        }
    }
}
