package h2eal.runtime.cache;

import h2eal.runtime.memory.HugePages;
import h2eal.runtime.page.PageLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/// Off-heap memory in large chunks, handed out in runs and never moved. A place in it is one number: the chunk in the
/// upper bits, the offset in the lower ones. Callers on several threads share it. A fork reads what its origin holds
/// and takes memory of its own; the origin's chunks live as long as its last fork.
final class PageMemory implements AutoCloseable {

    private static final int OFFSET_BITS = 40;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;

    private final Arena arena = Arena.ofShared();
    private final Optional<PageMemory> origin;
    private final long chunkBytes;
    private volatile MemorySegment[] chunks = {};
    private long used;
    private long handedOut;
    /// This memory's owner and all forks that are still open.
    private int users = 1;

    /// Memory that grows by about `chunkBytes` at a time.
    PageMemory(long chunkBytes) {
        this.chunkBytes = Math.ceilDiv(chunkBytes, HugePages.BYTES) * HugePages.BYTES;
        used = this.chunkBytes;
        origin = Optional.empty();
    }

    private PageMemory(PageMemory origin) {
        this.origin = Optional.of(origin);
        chunkBytes = HugePages.BYTES;
        chunks = origin.chunks;
        // what is left of the origin's last chunk stays the origin's
        used = lastChunkBytes();
    }

    /// Memory in which every place of this one is valid, and which grows apart from it.
    synchronized PageMemory fork() {
        users++;
        return new PageMemory(this);
    }

    /// Takes a run of `bytes` adjacent bytes, zeroed, that starts on a cache line. Returns its place.
    synchronized long take(long bytes) {
        long aligned = Math.ceilDiv(bytes, PageLayout.ALIGNMENT) * PageLayout.ALIGNMENT;
        if (aligned > lastChunkBytes() - used) {
            grow(Math.max(chunkBytes, Math.ceilDiv(aligned, HugePages.BYTES) * HugePages.BYTES));
        }
        long place = ((long) (chunks.length - 1) << OFFSET_BITS) + used;
        used += aligned;
        handedOut += aligned;
        return place;
    }

    private long lastChunkBytes() {
        return chunks.length == 0 ? chunkBytes : chunks[chunks.length - 1].byteSize();
    }

    private void grow(long bytes) {
        MemorySegment[] grown = Arrays.copyOf(chunks, chunks.length + 1);
        grown[chunks.length] = HugePages.allocate(arena, bytes);
        chunks = grown;
        used = 0;
    }

    /// The chunk that holds `place`.
    MemorySegment chunk(long place) {
        return chunks[(int) (place >>> OFFSET_BITS)];
    }

    /// Offset of `place` within its chunk.
    static long offset(long place) {
        return place & OFFSET_MASK;
    }

    /// Bytes taken so far, those of an origin not included.
    synchronized long handedOutBytes() {
        return handedOut;
    }

    @Override
    public synchronized void close() {
        if (--users == 0) {
            arena.close();
            origin.ifPresent(PageMemory::close);
        }
    }
}
