package h2eal.runtime.cache;

import java.nio.file.Path;

/// A saved KV cache that cannot be used: another kind of file, damaged, or of another model or attention. The message
/// is one line that names the file and what is wrong.
public final class SavedCacheException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SavedCacheException(Path file, String problem) {
        super("%s: %s".formatted(file, problem));
    }
}
