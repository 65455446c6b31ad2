package h2eal.lab.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Writes files as a whole or not at all.
public final class WholeFile {

    private WholeFile() {}

    /// Writes `text`: an earlier file survives a full disk or a kill.
    public static void write(Path file, String text) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // a pipe or a device has nothing to protect
            Files.writeString(file, text);
            return;
        }
        Path target = file.toAbsolutePath();
        Path draft =
                Files.createTempFile(target.getParent(), target.getFileName().toString(), ".part");
        try {
            Files.writeString(draft, text);
            Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
