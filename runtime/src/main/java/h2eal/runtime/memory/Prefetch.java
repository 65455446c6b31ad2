package h2eal.runtime.memory;

import h2eal.runtime.foreign.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Asks memory for lines before they are needed: the one instruction of the inner loops that Java has no word for. A
/// load in its place holds up all that comes after it, from where a core's reorder buffer is full until the line is
/// there; a prefetch is done with at once.
///
/// Optional: 17 bytes of machine code in a page of their own, called through the FFM API, on x86-64 Linux. Results do
/// not depend on it.
public final class Prefetch {

    /// System property: `true` asks for prefetches. So does asking for [native kernels][NativeLibrary#PROPERTY].
    public static final String PROPERTY = "h2eal.prefetch";

    private static final int LINE_BYTES = 64;
    /// By the calling convention of x86-64 Linux, the arguments are in `rdi`, `rsi` and `rdx`.
    private static final int[] INSTRUCTIONS = {
        0x0F,
        0x18,
        0x0F, // prefetcht0 [rdi]
        0x0F,
        0x18,
        0x0C,
        0x17, // prefetcht0 [rdi + rdx]
        0x48,
        0x83,
        0xC7,
        LINE_BYTES, // add rdi, 64
        0x48,
        0x39,
        0xF7, // cmp rdi, rsi
        0x72,
        0xF0, // jb: back to the first
        0xC3 // ret
    };
    /// Absent where it was not asked for or is not to be had. Not an `Optional`: the compiler inlines constants only.
    private static final MethodHandle CODE = wanted() ? code().orElse(null) : null;

    private Prefetch() {}

    private static boolean wanted() {
        return Boolean.getBoolean(PROPERTY) || Boolean.getBoolean(NativeLibrary.PROPERTY);
    }

    /// Whether [#twoStretches] may be called.
    public static boolean isOn() {
        return CODE != null;
    }

    /// What a description of kernels adds: whether they prefetch, if that was asked for.
    public static String description() {
        return isOn()
                ? ", prefetching"
                : wanted() ? ", without prefetching (which needs x86-64 Linux and --enable-native-access)" : "";
    }

    @SuppressWarnings("restricted")
    private static Optional<MethodHandle> code() {
        if (!System.getProperty("os.arch").equals("amd64")) {
            return Optional.empty();
        }
        return LinuxMemory.CALLS.flatMap(calls -> calls.map(INSTRUCTIONS.length)
                .filter(page -> {
                    for (int i = 0; i < INSTRUCTIONS.length; i++) {
                        page.set(ValueLayout.JAVA_BYTE, i, (byte) INSTRUCTIONS[i]);
                    }
                    return calls.makeExecutable(page);
                })
                .map(Prefetch::handle));
    }

    /// Without the change of thread state that calls of native code make otherwise: it takes longer than the call.
    @SuppressWarnings("restricted")
    private static MethodHandle handle(MemorySegment code) {
        var number = ValueLayout.JAVA_LONG;
        return Linker.nativeLinker()
                .downcallHandle(code, FunctionDescriptor.ofVoid(number, number, number), Linker.Option.critical(false));
    }

    /// Asks for the lines at addresses from `from` to `to`, in turn with those `apart` bytes behind them; at least for
    /// the first of each. An address without memory is no error.
    public static void twoStretches(long from, long to, long apart) {
        try {
            CODE.invokeExact(from, to, apart);
        } catch (Throwable failure) {
            throw new IllegalStateException("prefetching failed", failure);
        }
    }
}
