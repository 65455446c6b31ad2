package h2eal.lab.result;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// A result as a JSON file: records become objects, field names are the record components' names.
public final class JsonFile {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private JsonFile() {}

    /// Refuses a file that could not be written, so that a long run does not end in that error.
    public static void requireWritable(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a folder");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new NoSuchFileException(String.valueOf(folder));
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new AccessDeniedException(file.toString());
        }
        if (!Files.exists(file) || Files.isRegularFile(file)) {
            WholeFile.probe(file);
        }
    }

    /// Writes `result` as a whole or not at all: an earlier file survives a full disk or a kill.
    public static void write(Path file, Object result) throws IOException {
        WholeFile.write(file, MAPPER.writeValueAsString(result) + "\n");
    }
}
