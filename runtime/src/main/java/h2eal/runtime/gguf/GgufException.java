package h2eal.runtime.gguf;

/// A model file that cannot be used: unreadable, truncated, damaged, lying, or of a kind this runtime does not know.
/// The message is one line that names the file, the field and the value.
public final class GgufException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST_QUOTE = 80;

    private GgufException(String message, Throwable cause) {
        super(message, cause);
    }

    /// The problem `problem` with `field` of `file`.
    public static GgufException of(String file, String field, String problem) {
        return new GgufException(oneLine("%s: %s: %s".formatted(file, field, problem)), null);
    }

    /// A file that the operating system does not let us read.
    static GgufException unreadable(String file, Exception cause) {
        return new GgufException(oneLine("%s: cannot be read: %s".formatted(file, cause.getMessage())), cause);
    }

    /// `text` in quotes, cut to a length that fits one line.
    public static String quote(String text) {
        String cut = text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
        return "\"" + cut + "\"";
    }

    /// Names inside a damaged file may hold line breaks and other control characters.
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
