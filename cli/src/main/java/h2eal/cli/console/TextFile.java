package h2eal.cli.console;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Text files that users name.
public final class TextFile {

    private TextFile() {}

    /// The whole text of a UTF-8 file.
    ///
    /// @throws FileSystemException naming the file, if it is a folder, not readable, or not UTF-8
    public static String read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a folder, not a text file");
        }
        try {
            return Files.readString(file);
        } catch (CharacterCodingException notText) {
            throw new FileSystemException(file.toString(), null, "is not UTF-8 text");
        }
    }
}
