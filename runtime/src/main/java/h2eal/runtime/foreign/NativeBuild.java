package h2eal.runtime.foreign;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Makes a library of the kernels in C with the machine's C compiler, once for each version of them, compiler and CPU.
final class NativeBuild {

    private static final List<String> SOURCES = List.of("attention.c", "matmul.c", "rows.c");
    private static final List<String> HEADERS = List.of("vectors.h");
    private static final List<String> FLAGS =
            List.of("-O3", "-march=native", "-fno-strict-aliasing", "-shared", "-fPIC", "-o", "kernels.so");
    private static final int PATIENCE_SECONDS = 60;

    private NativeBuild() {}

    /// The library in `folder`, which is made if it is not there. Its name tells what it was made of and what it holds,
    /// because to load a file that was cut short ends the process.
    ///
    /// @throws IOException if it cannot be made; the message says why
    static Path library(Path folder) throws IOException {
        String prefix = "kernels-%s-".formatted(key());
        try (Stream<Path> kept = Files.list(folder)) {
            for (Path file : kept.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith(prefix) && name.equals(name(prefix, file))) {
                    return file;
                }
            }
        }
        Path build = Files.createTempDirectory(folder, "build");
        try {
            compile(build);
            Path made = build.resolve("kernels.so");
            // at once, since other processes may look for it
            return Files.move(made, folder.resolve(name(prefix, made)), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(build);
        }
    }

    private static String name(String prefix, Path library) throws IOException {
        return "%s%s.so".formatted(prefix, digest(Files.readAllBytes(library)));
    }

    /// What the library depends on.
    private static String key() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String name : files()) {
            try (InputStream source = source(name)) {
                source.transferTo(all);
            }
        }
        all.writeBytes(String.join(" ", command()).getBytes(StandardCharsets.UTF_8));
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            lines.takeWhile(line -> !line.isEmpty())
                    .filter(line -> line.startsWith("model name") || line.startsWith("flags"))
                    .forEach(line -> all.writeBytes(line.getBytes(StandardCharsets.UTF_8)));
        }
        return digest(all.toByteArray());
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static List<String> files() {
        return Stream.concat(SOURCES.stream(), HEADERS.stream()).toList();
    }

    private static InputStream source(String name) {
        return Objects.requireNonNull(NativeBuild.class.getResourceAsStream(name), name);
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>(List.of(compiler().split(" ")));
        command.addAll(FLAGS);
        command.addAll(SOURCES);
        command.add("-lm");
        return command;
    }

    private static String compiler() {
        return System.getenv().getOrDefault("CC", "cc");
    }

    private static void compile(Path folder) throws IOException {
        for (String name : files()) {
            try (InputStream source = source(name)) {
                Files.copy(source, folder.resolve(name));
            }
        }
        Path messages = folder.resolve("messages");
        ProcessBuilder builder = new ProcessBuilder(command())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(messages.toFile());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new IOException("there is no C compiler %s; CC names another".formatted(compiler()), e);
        }
        if (!hasSucceeded(process)) {
            try (Stream<String> lines = Files.lines(messages)) {
                String error = lines.filter(line -> line.contains("error"))
                        .findFirst()
                        .orElse("%s did not succeed".formatted(compiler()));
                throw new IOException(error.replaceFirst("^.*#error ", ""));
            }
        }
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
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
