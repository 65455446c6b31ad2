package h2eal.lab.cache;

import h2eal.lab.result.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/// Finished results by content hash, in a file that only grows: one checked line per result.
///
/// A result is with the operating system when [#put] returns, so a kill at any moment loses nothing finished, and on
/// disk after [#close]: waiting for the disk at every point cost a sweep a tenth of its speed. A damaged line is
/// skipped and counted; its result is computed again. Two processes cannot write one file at the same time.
/// Thread-safe.
public final class ResultCache implements AutoCloseable {

    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;
    private final Map<String, String> values = new HashMap<>();
    private int damagedLines;

    private ResultCache(Path file, FileChannel channel, FileLock lock) {
        this.file = file;
        this.channel = channel;
        this.lock = lock;
    }

    /// Opens a cache file, or makes it.
    ///
    /// @throws IOException naming the file, if it cannot be written or another process has it open
    public static ResultCache open(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        FileChannel channel = channel(file);
        try {
            ResultCache cache = new ResultCache(file, channel, lock(file, channel));
            cache.load();
            return cache;
        } catch (IOException failure) {
            channel.close();
            throw failure;
        }
    }

    private static FileChannel channel(Path file) throws IOException {
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException refused) {
            throw new FileSystemException(
                    file.toString(), null, "the cache of results cannot be written: " + reason(refused));
        }
    }

    private static String reason(IOException refused) {
        return refused instanceof FileSystemException named && named.getReason() != null
                ? named.getReason()
                : refused.getClass().getSimpleName().replace("Exception", "");
    }

    private static FileLock lock(Path file, FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException mine) {
            lock = null;
        }
        if (lock == null) {
            throw new FileSystemException(file.toString(), null, "another run is writing this file");
        }
        return lock;
    }

    private void load() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
            if (line.isEmpty()) {
                continue;
            }
            Optional<CacheLine> parsed = CacheLine.parse(line);
            parsed.ifPresent(entry -> values.put(entry.key(), entry.value()));
            damagedLines += parsed.isEmpty() ? 1 : 0;
        }
        channel.position(channel.size());
        if (bytes.length > 0 && bytes[bytes.length - 1] != '\n') {
            // A kill cut the last line: the next result starts on a line of its own.
            write("\n");
        }
    }

    /// The result of a key, as JSON.
    public synchronized Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /// The result of a key: what is kept, or else what `computation` gives, which is then kept.
    ///
    /// @param type of the result, a record
    /// @throws IOException if the result cannot be kept
    /// @throws CancellationException if it is not known and the watcher wants to stop
    public <R> R result(String key, Class<R> type, Watcher watcher, Supplier<R> computation) throws IOException {
        Optional<String> known = get(key);
        if (known.isPresent() && !watcher.ignoresCache()) {
            return Json.read(known.get(), type);
        }
        if (watcher.stopped()) {
            throw new CancellationException();
        }
        R result = computation.get();
        put(key, Json.line(result));
        return result;
    }

    /// Keeps a result.
    ///
    /// @throws IOException naming the file, if the disk is full or gone; what was kept before is intact
    public synchronized void put(String key, String value) throws IOException {
        long end = channel.size();
        try {
            write(new CacheLine(key, value).text() + "\n");
        } catch (IOException failure) {
            channel.truncate(end);
            throw new FileSystemException(file.toString(), null, "cannot be written: " + failure.getMessage());
        }
        values.put(key, value);
    }

    private void write(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /// Number of results.
    public synchronized int size() {
        return values.size();
    }

    /// Lines that were found damaged when the file was opened.
    public int damagedLines() {
        return damagedLines;
    }

    @Override
    public synchronized void close() throws IOException {
        channel.force(false);
        lock.release();
        channel.close();
    }
}
