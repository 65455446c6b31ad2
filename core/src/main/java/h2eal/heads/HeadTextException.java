package h2eal.heads;

/// A head file that cannot be read. The message names line, column and value; who opened the file adds its name.
public final class HeadTextException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HeadTextException(String message) {
        super(message);
    }

    static HeadTextException at(int line, int column, String problem) {
        return new HeadTextException("line %d, column %d: %s".formatted(line, column, problem));
    }
}
