package h2eal.lab.result;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/// Writes files as a whole or not at all.
public final class WholeFile {

    private WholeFile() {}

    /// Writes `text`: an earlier file survives a full disk or a kill.
    ///
    /// @throws FileSystemException naming the file and the reason
    public static void write(Path file, String text) throws IOException {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                // a pipe or a device has nothing to protect
                Files.writeString(file, text);
            } else {
                replace(file.toAbsolutePath(), text);
            }
        } catch (FileSystemException named) {
            throw named.getReason() == null && named.getClass() == FileSystemException.class
                    ? failure(file, named)
                    : named;
        } catch (IOException unnamed) {
            throw failure(file, unnamed);
        }
    }

    private static FileSystemException failure(Path file, IOException reason) {
        return new FileSystemException(file.toString(), null, "cannot be written: " + reason.getMessage());
    }

    private static void replace(Path target, String text) throws IOException {
        Path draft = draft(target);
        try {
            Files.writeString(draft, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /// A name beside the target, which no other process takes. The file gets the permissions of any new file: those of
    /// the JDK's temporary files are the owner's alone.
    private static Path draft(Path target) {
        return target.resolveSibling("%s.%x.part"
                .formatted(target.getFileName(), ThreadLocalRandom.current().nextLong()));
    }

    /// Refuses a file that could not be written, by writing an empty draft beside it.
    static void probe(Path file) throws IOException {
        Path draft = draft(file.toAbsolutePath());
        try {
            Files.createFile(draft);
        } catch (IOException refused) {
            throw new FileSystemException(
                    String.valueOf(file.toAbsolutePath().getParent()), null, "no file can be written in this folder");
        } finally {
            Files.deleteIfExists(draft);
        }
    }
}
