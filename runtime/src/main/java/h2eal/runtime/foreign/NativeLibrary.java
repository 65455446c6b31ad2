package h2eal.runtime.foreign;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The kernels in C, where Java has no instruction for what they do: dot products of bytes, and prefetches.
///
/// Optional: compiled by the machine's own C compiler for its own CPU when the first of them is asked for, which takes
/// a second or two, and called through the FFM API. On x86-64 Linux with AVX-512 VNNI; elsewhere all kernels stay Java.
public final class NativeLibrary {

    /// System property: `true` asks for native kernels. Otherwise all kernels are Java.
    public static final String PROPERTY = "h2eal.native";

    private static final List<String> SOURCES = List.of("attention.c", "matmul.c", "rows.c");
    private static final List<String> HEADERS = List.of("vectors.h");
    private static final String LIBRARY_FILE = "kernels.so";
    private static final int PATIENCE_SECONDS = 60;

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

    /// What a description of kernels adds: whether some are native, if that was asked for.
    public static String description() {
        if (isOn()) {
            return ", some native";
        }
        return LIBRARY.reason.isEmpty() ? "" : ", none native (%s)".formatted(LIBRARY.reason);
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
            Path folder = Files.createTempDirectory("h2eal");
            try {
                return compile(folder);
            } finally {
                delete(folder);
            }
        } catch (FileSystemException e) {
            String why = e.getReason() == null ? "cannot be written" : e.getReason();
            return none("%s: %s".formatted(e.getFile(), why));
        } catch (IOException | IllegalArgumentException e) {
            return none(e.getMessage());
        }
    }

    /// Compiles the sources into `folder` and loads what comes out, which the process then keeps without the file.
    @SuppressWarnings("restricted")
    private static NativeLibrary compile(Path folder) throws IOException {
        for (List<String> files : List.of(SOURCES, HEADERS)) {
            for (String name : files) {
                try (InputStream source = NativeLibrary.class.getResourceAsStream(name)) {
                    Files.copy(Objects.requireNonNull(source, name), folder.resolve(name));
                }
            }
        }
        List<String> command = new ArrayList<>(List.of(compiler().split(" ")));
        command.addAll(List.of("-O3", "-march=native", "-fno-strict-aliasing", "-shared", "-fPIC", "-o", LIBRARY_FILE));
        command.addAll(SOURCES);
        command.add("-lm");
        Path messages = folder.resolve("messages");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(messages.toFile())
                    .start();
        } catch (IOException e) {
            return none("there is no C compiler %s; CC names another".formatted(compiler()));
        }
        if (!hasSucceeded(process)) {
            String reason = Files.readAllLines(messages).stream()
                    .filter(line -> line.contains("error"))
                    .findFirst()
                    .orElse("%s did not succeed".formatted(compiler()));
            return none(reason.replaceFirst("^.*#error ", ""));
        }
        SymbolLookup functions = SymbolLookup.libraryLookup(folder.resolve(LIBRARY_FILE), Arena.global());
        return new NativeLibrary(Optional.of(functions), "");
    }

    /// The command of the C compiler.
    private static String compiler() {
        return System.getenv().getOrDefault("CC", "cc");
    }

    private static boolean hasSucceeded(Process process) {
        try {
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        return false;
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
