package h2eal.lab.yaml;

/// A mistake in what the user wrote: one line that names the file, the line, the key, the value and what is allowed.
public final class SpecException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SpecException(String message) {
        super(message);
    }

    /// A mistake at a place of a file.
    public SpecException(Place place, String message) {
        this(place + ": " + message);
    }
}
