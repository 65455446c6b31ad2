package h2eal.lab.cache;

import h2eal.model.ModelShape;
import h2eal.runtime.Engine;
import h2eal.sim.report.StepReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The code that results depend on, as a hash of its class files: another build never answers from an old cache.
public final class CodeVersion {

    private static final List<Class<?>> MODULES =
            List.of(ModelShape.class, StepReport.class, Engine.class, CodeVersion.class);

    private CodeVersion() {}

    /// The hash of the modules `core`, `sim`, `runtime` and `lab` that are running.
    public static String hash() {
        StringBuilder hashes = new StringBuilder();
        for (Class<?> module : MODULES) {
            hashes.append(hash(location(module)));
        }
        return ContentHash.of(hashes.toString());
    }

    private static Path location(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError("a class comes from a file", impossible);
        }
    }

    private static String hash(Path jarOrFolder) {
        try {
            if (Files.isRegularFile(jarOrFolder)) {
                return ContentHash.of(jarOrFolder);
            }
            StringBuilder hashes = new StringBuilder();
            try (Stream<Path> files = Files.walk(jarOrFolder)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    hashes.append(jarOrFolder.relativize(file)).append(ContentHash.of(file));
                }
            }
            return ContentHash.of(hashes.toString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
