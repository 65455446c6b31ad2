package h2eal.runtime.cache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// Writes a cache to disk; the format stands at [SavedCache].
final class SavedCacheWriter {

    private final FileChannel channel;
    private final CRC32C checksum = new CRC32C();

    private SavedCacheWriter(FileChannel channel) {
        this.channel = channel;
    }

    static void write(Path path, SavedCache saved, KvCache cache) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        Path part = Files.createTempFile(folder, path.getFileName().toString(), ".part");
        try {
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                new SavedCacheWriter(channel).write(saved, cache);
            }
            Files.move(part, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private void write(SavedCache saved, KvCache cache) throws IOException {
        byte[] setting = String.join("\n", saved.setting()).getBytes(StandardCharsets.UTF_8);
        int numbers = saved.tokens().length + saved.logits().length;
        ByteBuffer header = ByteBuffer.allocate(SavedCache.MAGIC.length() + setting.length + 4 * (3 + numbers))
                .order(ByteOrder.LITTLE_ENDIAN);
        header.put(SavedCache.MAGIC.getBytes(StandardCharsets.US_ASCII));
        header.putInt(setting.length).put(setting);
        header.putInt(saved.tokens().length);
        for (int token : saved.tokens()) {
            header.putInt(token);
        }
        header.putInt(saved.logits().length);
        for (float logit : saved.logits()) {
            header.putFloat(logit);
        }
        put(header.flip());
        for (HeadCache head : cache.heads().toList()) {
            for (MemorySegment part : head.parts()) {
                put(part.asByteBuffer());
            }
        }
        ByteBuffer end = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        put(end.putLong(checksum.getValue()).flip());
    }

    private void put(ByteBuffer bytes) throws IOException {
        checksum.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
