package h2eal.checks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The working copy that is checked.
final class Repository {

    /// Folder of the root POM; Maven starts tests in the folder of their module.
    static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    /// Modules that are shipped.
    static final List<String> SHIPPED = List.of("core", "sim", "runtime", "chat", "lab", "cli");

    /// Modules whose tests are code of ours too.
    static final List<String> TESTED =
            Stream.concat(SHIPPED.stream(), Stream.of("bench", "checks")).toList();

    private Repository() {}

    /// Folders of compiled production classes, one per shipped module.
    static List<Path> classFolders() {
        List<Path> folders = SHIPPED.stream()
                .map(module -> ROOT.resolve(module).resolve("target/classes"))
                .toList();
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                throw new IllegalStateException("not compiled: " + folder);
            }
        }
        return folders;
    }
}
