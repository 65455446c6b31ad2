package h2eal.runtime.cache;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// What a KV cache on disk begins with: whose it is, the tokens it holds, and the logits that follow the last one.
/// Pages and key summaries follow as they lie in memory.
///
/// The file, little-endian: the text `h2eal KV cache 3` and a line break; the setting as one text of lines, with its
/// length in bytes before it; the number of tokens and their ids; the number of logits and the logits; per head the
/// bytes of its pages and of its summary blocks; a CRC-32C of all that. Lengths and ids are 32 bits, the checksum 64.
///
/// @param setting what must be the same where the cache is used, one `name: value` per line
/// @param tokens the token ids
/// @param logits the logits that follow the last token
public record SavedCache(List<String> setting, int[] tokens, float[] logits) {

    static final String MAGIC = "h2eal KV cache 3\n";

    public SavedCache {
        setting = List.copyOf(setting);
        Objects.requireNonNull(tokens, "tokens");
        Objects.requireNonNull(logits, "logits");
    }

    /// Writes this and `cache`, which holds these tokens, to `path`: to a file beside it first, so that a file under
    /// that name is always whole.
    public void write(Path path, KvCache cache) throws IOException {
        SavedCacheWriter.write(path, this, cache);
    }

    /// Reads the file at `path` and fills `cache`, which must be empty.
    ///
    /// @param setting what the file must have been saved with
    /// @throws SavedCacheException if it was saved with another setting, is damaged or no saved cache, or does not fit
    public static SavedCache read(Path path, List<String> setting, KvCache cache) throws IOException {
        return SavedCacheReader.read(path, setting, cache);
    }
}
