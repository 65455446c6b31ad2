package h2eal.lab.convert;

import java.nio.file.Path;

/// A model folder that cannot be converted. The message is one line that names the file, the field and the value.
public final class ConvertException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// The problem `problem` with `field` of `file`.
    ConvertException(Path file, String field, String problem) {
        super("%s: %s: %s".formatted(file, field, problem).replaceAll("\\p{Cntrl}", "?"));
    }
}
