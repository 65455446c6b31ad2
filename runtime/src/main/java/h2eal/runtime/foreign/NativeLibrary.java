package h2eal.runtime.foreign;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The kernels in C, where Java has no instruction for what they do: dot products of bytes, and prefetches.
///
/// Optional: compiled by the machine's own C compiler for its own CPU when they are first asked for, which takes two
/// seconds, kept in the user's cache folder, and called through the FFM API. On x86-64 Linux with AVX-512 VNNI;
/// elsewhere all kernels stay Java.
public final class NativeLibrary {

    /// System property: `true` asks for native kernels. Otherwise all kernels are Java.
    public static final String PROPERTY = "h2eal.native";

    private static final NativeLibrary LIBRARY = Boolean.getBoolean(PROPERTY) ? build() : none("");

    private final Optional<SymbolLookup> functions;
    /// Why there are none, if they were asked for.
    private final String reason;

    private NativeLibrary(Optional<SymbolLookup> functions, String reason) {
        this.functions = functions;
        this.reason = reason;
    }

    private static NativeLibrary none(String reason) {
        return new NativeLibrary(Optional.empty(), reason);
    }

    /// Whether native kernels were asked for and can be called.
    public static boolean isOn() {
        return LIBRARY.functions.isPresent();
    }

    /// Why there are none though they were asked for.
    public static Optional<String> missing() {
        return Optional.of(LIBRARY.reason).filter(reason -> !reason.isEmpty());
    }

    /// What a description of kernels adds: whether some are native, if that was asked for.
    public static String description() {
        if (isOn()) {
            return ", some native";
        }
        return missing().map(", none native (%s)"::formatted).orElse("");
    }

    /// The function `name`, called without the change of thread state that calls of native code make otherwise: it
    /// takes longer than the call. Arguments that are segments may be arrays.
    @SuppressWarnings("restricted")
    public static Optional<MethodHandle> find(String name, FunctionDescriptor type) {
        return LIBRARY.functions.map(functions ->
                Linker.nativeLinker().downcallHandle(functions.findOrThrow(name), type, Linker.Option.critical(true)));
    }

    private static NativeLibrary build() {
        if (!System.getProperty("os.name").equals("Linux")
                || !System.getProperty("os.arch").equals("amd64")) {
            return none("they need x86-64 Linux");
        }
        if (!NativeLibrary.class.getModule().isNativeAccessEnabled()) {
            return none("they need --enable-native-access");
        }
        try {
            return load(NativeBuild.library(folder()));
        } catch (FileSystemException e) {
            String why = e.getReason() == null ? "cannot be written" : e.getReason();
            return none("%s: %s".formatted(e.getFile(), why));
        } catch (IOException | IllegalArgumentException e) {
            return none(e.getMessage());
        }
    }

    /// Where libraries are kept: the user's cache, by the rules of freedesktop.org.
    private static Path folder() throws IOException {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path parent =
                cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        if (!parent.isAbsolute()) {
            throw new IOException("there is no home folder to keep them in; XDG_CACHE_HOME names one");
        }
        return Files.createDirectories(parent.resolve("h2eal"));
    }

    @SuppressWarnings("restricted")
    private static NativeLibrary load(Path library) {
        return new NativeLibrary(Optional.of(SymbolLookup.libraryLookup(library, Arena.global())), "");
    }
}
