package h2eal.lab.result;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ThreadLocalRandom;

/// Writes files as a whole or not at all.
public final class WholeFile {

    private WholeFile() {}

    /// Writes the contents of a file.
    @FunctionalInterface
    public interface Writing {
        /// Writes them to `draft`, which exists and is empty, or is what has nothing to protect.
        void to(Path draft) throws IOException;
    }

    /// Writes `text`: an earlier file survives a full disk or a kill.
    ///
    /// @throws FileSystemException naming the file and the reason
    public static void write(Path file, String text) throws IOException {
        write(file, draft -> Files.writeString(draft, text));
    }

    /// Writes what `writing` does: an earlier file survives a full disk, a failure or a kill.
    ///
    /// @throws FileSystemException naming the file and the reason
    public static void write(Path file, Writing writing) throws IOException {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                // a pipe or a device has nothing to protect
                writing.to(file);
            } else {
                replace(file.toAbsolutePath(), writing);
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

    private static void replace(Path target, Writing writing) throws IOException {
        Path draft = draft(target);
        try {
            Files.createFile(draft);
            writing.to(draft);
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
