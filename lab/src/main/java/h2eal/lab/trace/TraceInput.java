package h2eal.lab.trace;

import h2eal.lab.yaml.SpecException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// A file that says what heads read, in one of several formats.
public record TraceInput(Path file, TraceFormat format) {

    private static final byte[] OUR_MAGIC = "H2RT".getBytes(StandardCharsets.US_ASCII);
    private static final int LINES_TO_TELL = 64;

    public TraceInput {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(format, "format");
    }

    /// A file whose contents tell their format.
    ///
    /// @throws SpecException naming the formats, if they do not
    public static TraceInput detect(Path file) {
        if (isOurs(file)) {
            return new TraceInput(file, TraceFormat.H2RT);
        }
        List<String> lines = lines(file).stream().limit(LINES_TO_TELL).toList();
        if (lines.stream().anyMatch(line -> line.contains("["))) {
            return new TraceInput(file, TraceFormat.LSERVE);
        }
        if (lines.stream().anyMatch(line -> BudgetTable.firstCell(line).matches("[0-9]+([.]0*)?"))) {
            return new TraceInput(file, TraceFormat.STARC);
        }
        throw new SpecException(
                "%s: neither a trace of ours (h2rt), nor an LServe page log (lists of pages in lines), nor a"
                                .formatted(file)
                        + " STARC budget table (a number of tokens per line)");
    }

    private static boolean isOurs(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(OUR_MAGIC.length), OUR_MAGIC);
        } catch (IOException failure) {
            throw unreadable(file, failure);
        }
    }

    /// The lines of a text file.
    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException binary) {
            throw new SpecException(file + ": not a text file (UTF-8)");
        } catch (IOException failure) {
            throw unreadable(file, failure);
        }
    }

    private static SpecException unreadable(Path file, IOException failure) {
        return failure instanceof NoSuchFileException
                ? new SpecException(file + ": no such trace")
                : new SpecException("%s: cannot be read: %s".formatted(file, failure.getMessage()));
    }
}
