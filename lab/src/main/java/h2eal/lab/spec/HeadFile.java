package h2eal.lab.spec;

import h2eal.heads.GateText;
import h2eal.heads.HeadTable;
import h2eal.heads.HeadTextException;
import h2eal.lab.yaml.SpecException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Head files: one gate per KV head, one line per layer, as `configs/heads/` has them.
public final class HeadFile {

    private HeadFile() {}

    /// The gates in a file.
    ///
    /// @throws SpecException naming the file and, where there is one, the line and the value
    public static HeadTable gates(Path file) {
        try {
            return GateText.parse(Files.readAllLines(file));
        } catch (HeadTextException refused) {
            throw new SpecException("%s: %s".formatted(file, refused.getMessage()));
        } catch (NoSuchFileException missing) {
            throw new SpecException(file + ": no such head file");
        } catch (CharacterCodingException binary) {
            throw new SpecException(file + ": not a head file: not text");
        } catch (IOException failure) {
            throw new SpecException("%s: cannot be read: %s".formatted(file, failure.getMessage()));
        }
    }
}
