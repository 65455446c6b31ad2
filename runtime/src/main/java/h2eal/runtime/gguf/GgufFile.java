package h2eal.runtime.gguf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/// A GGUF model file (version 2 or 3, little-endian), memory-mapped and checked as a whole: once open, every tensor
/// lies inside the file and has the size its type and shape say. Tensor data is never copied; it is valid until
/// [#close].
public final class GgufFile implements AutoCloseable {

    private static final long SAMPLED_BYTES = 1024;
    private static final int FINGERPRINT_BYTES = 8;

    private final String name;
    private final int version;
    private final Metadata metadata;
    private final Map<String, Tensor> tensors;
    private final Arena arena;

    GgufFile(String name, int version, Metadata metadata, Map<String, Tensor> tensors, Arena arena) {
        this.name = name;
        this.version = version;
        this.metadata = metadata;
        this.tensors = Collections.unmodifiableMap(tensors);
        this.arena = arena;
    }

    /// Maps and checks the file at `path`.
    ///
    /// @throws GgufException if it cannot be read or is not a sound GGUF file
    public static GgufFile open(Path path) {
        String name = path.toString();
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw GgufException.of(name, "path", "is not a regular file");
        }
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new GgufReader(name, bytes).read(arena);
        } catch (NoSuchFileException e) {
            arena.close();
            throw GgufException.of(name, "path", "no such file");
        } catch (IOException e) {
            arena.close();
            throw GgufException.unreadable(name, e);
        } catch (GgufException e) {
            arena.close();
            throw e;
        }
    }

    /// The file's name, as errors quote it.
    public String name() {
        return name;
    }

    /// Version of the format.
    public int version() {
        return version;
    }

    /// The metadata.
    public Metadata metadata() {
        return metadata;
    }

    /// All tensors by name, in the file's order.
    public Map<String, Tensor> tensors() {
        return tensors;
    }

    /// Bytes of all tensors.
    public long tensorBytes() {
        return tensors.values().stream()
                .mapToLong(tensor -> tensor.data().byteSize())
                .sum();
    }

    /// The tensor called `tensor`, if there is one.
    public Optional<Tensor> find(String tensor) {
        return Optional.ofNullable(tensors.get(tensor));
    }

    /// The tensor called `tensor`.
    ///
    /// @throws GgufException if there is none
    public Tensor require(String tensor) {
        return find(tensor).orElseThrow(() -> invalid("tensor " + tensor, "is missing from the file"));
    }

    /// A short text that stands for the contents: a digest of the metadata, the table of tensors, and the first and
    /// last numbers of each. Files that differ elsewhere only are taken for the same.
    public String fingerprint() {
        MessageDigest digest = sha256();
        metadata.values().forEach((key, value) -> digest.update((key + value).getBytes(StandardCharsets.UTF_8)));
        for (Tensor tensor : tensors.values()) {
            digest.update((tensor.name() + tensor.type() + tensor.shape()).getBytes(StandardCharsets.UTF_8));
            long sample = Math.min(SAMPLED_BYTES, tensor.data().byteSize());
            digest.update(tensor.data().asSlice(0, sample).asByteBuffer());
            digest.update(tensor.data()
                    .asSlice(tensor.data().byteSize() - sample, sample)
                    .asByteBuffer());
        }
        return HexFormat.of().formatHex(digest.digest(), 0, FINGERPRINT_BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /// The error for a part of this file that cannot be used.
    public GgufException invalid(String field, String problem) {
        return GgufException.of(name, field, problem);
    }

    /// Unmaps the file. Tensor data must not be used afterwards.
    @Override
    public void close() {
        arena.close();
    }
}
