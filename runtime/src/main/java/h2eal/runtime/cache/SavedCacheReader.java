package h2eal.runtime.cache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/// Reads a cache from disk; the format stands at [SavedCache]. Trusts nothing: every length is compared with the bytes
/// that remain before anything is allocated for it.
final class SavedCacheReader {

    private final Path path;
    private final FileChannel channel;
    private final CRC32C checksum = new CRC32C();

    private SavedCacheReader(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static SavedCache read(Path path, List<String> setting, KvCache cache) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new SavedCacheReader(path, channel).read(setting, cache);
        }
    }

    private SavedCache read(List<String> setting, KvCache cache) throws IOException {
        byte[] magic = SavedCache.MAGIC.getBytes(StandardCharsets.US_ASCII);
        if (remaining() < magic.length || !take(magic.length).equals(ByteBuffer.wrap(magic))) {
            throw problem("is not a saved KV cache of h2eal");
        }
        List<String> found = StandardCharsets.UTF_8
                .decode(take(count("setting", 1)))
                .toString()
                .lines()
                .toList();
        requireEqual(setting, found);
        int[] tokens = new int[count("tokens", Integer.BYTES)];
        take(tokens.length * Integer.BYTES).asIntBuffer().get(tokens);
        float[] logits = new float[count("logits", Float.BYTES)];
        take(logits.length * Float.BYTES).asFloatBuffer().get(logits);
        if (tokens.length == 0 || tokens.length > cache.shape().capacityTokens()) {
            throw problem("holds %d tokens, the context allows 1 to %d"
                    .formatted(tokens.length, cache.shape().capacityTokens()));
        }
        readHeads(tokens.length, cache);
        long expected = checksum.getValue();
        if (take(Long.BYTES).getLong() != expected) {
            throw problem("is damaged: its checksum does not match");
        }
        return new SavedCache(found, tokens, logits);
    }

    private void readHeads(int tokens, KvCache cache) throws IOException {
        long needed = cache.heads().mapToLong(head -> head.bytes(tokens)).sum();
        long found = remaining() - Long.BYTES;
        if (needed != found) {
            throw problem("is cut off or damaged: %d bytes of pages where %d tokens need %d"
                    .formatted(found, tokens, needed));
        }
        for (HeadCache head : cache.heads().toList()) {
            head.takeRoom(tokens);
            for (MemorySegment part : head.parts()) {
                fill(part.asByteBuffer());
            }
        }
    }

    private void requireEqual(List<String> setting, List<String> found) {
        for (int i = 0; i < setting.size(); i++) {
            if (i >= found.size() || !setting.get(i).equals(found.get(i))) {
                String there = i < found.size() ? found.get(i) : "nothing";
                throw problem("was saved with %s; here it is %s".formatted(there, setting.get(i)));
            }
        }
    }

    private int count(String what, int size) throws IOException {
        int count = take(Integer.BYTES).getInt();
        if (count < 0 || (long) count * size > remaining()) {
            throw problem("is cut off or damaged: %d %s".formatted(count, what));
        }
        return count;
    }

    private ByteBuffer take(int bytes) throws IOException {
        if (bytes > remaining()) {
            throw problem("is cut off");
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        fill(buffer);
        return buffer.flip();
    }

    private void fill(ByteBuffer buffer) throws IOException {
        int start = buffer.position();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw problem("is cut off");
            }
        }
        checksum.update(buffer.duplicate().flip().position(start));
    }

    private long remaining() throws IOException {
        return channel.size() - channel.position();
    }

    private SavedCacheException problem(String text) {
        return new SavedCacheException(path, text);
    }
}
