package h2eal.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A copy of the launcher beside links to the built program: what it does can be tried without building again.
///
/// @param home folder of the copy
record Installation(Path home) {

    private static final long LONGEST_RUN_SECONDS = 120;
    private static final List<String> LINKED = List.of("configs", "data", "experiments");

    /// What a run printed and returned.
    record Run(int exitCode, String out, String err) {}

    /// Installs the launcher that this build has just made.
    static Installation in(Path home) throws IOException {
        Path lib = Repository.ROOT.resolve("cli/target/lib");
        assertThat(lib).as("built by mvn package").isDirectory();
        Files.createDirectories(home.resolve("cli/target"));
        Files.copy(Repository.ROOT.resolve("h2eal"), home.resolve("h2eal"));
        Files.createSymbolicLink(home.resolve("cli/target/lib"), lib);
        Files.createFile(home.resolve("cli/target/classpath"));
        for (String name : LINKED) {
            if (Files.exists(Repository.ROOT.resolve(name))) {
                Files.createSymbolicLink(home.resolve(name), Repository.ROOT.resolve(name));
            }
        }
        return new Installation(home);
    }

    /// Runs the launcher with this JDK found by `JAVA25_HOME`, and `environment` on top.
    Run run(Path folder, Map<String, String> environment, List<String> arguments)
            throws IOException, InterruptedException {
        return run(home.resolve("h2eal"), folder, environment, arguments);
    }

    /// Runs `launcher`, this one or a link to it, from `folder`.
    static Run run(Path launcher, Path folder, Map<String, String> environment, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("JAVA25_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeAll(List.of("JAVA_HOME", "H2EAL_JAVA_HOME", "H2EAL_DEBUG"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
        String out = text(process.getInputStream());
        assertThat(process.waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS))
                .as("ends in time: " + command)
                .isTrue();
        return new Run(process.exitValue(), out, err.join());
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
