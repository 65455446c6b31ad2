package h2eal.runtime.cache;

import h2eal.attention.PageGeometry;
import h2eal.runtime.page.PageLayout;
import h2eal.runtime.page.SummaryLayout;
import h2eal.summary.KeySummary;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// The cached keys and values of one KV head of one sequence: a page table, the pages it points at, and their key
/// summaries. One thread at a time appends; any number may read in between.
public final class HeadCache {

    /// Pages a head takes at once: a quarter of what it has taken, so that little is wasted and neighbours in position
    /// are neighbours in memory, but not more than this.
    private static final int MOST_PAGES_AT_ONCE = 16;
    /// The same for pages that are going to be filled. Longer runs would leave more at the end of a chunk of memory.
    private static final int MOST_ANNOUNCED_PAGES_AT_ONCE = 64;

    private final CacheShape shape;
    private final PageGeometry geometry;
    private final PageLayout layout;
    private final PageMemory memory;
    private final Optional<SummaryLayout> summaries;
    /// Pages that are kept for good at the front; all of them unless the rest is a ring.
    private final int keptPages;
    /// Pages of the ring behind the kept ones; 0 without a ring.
    private final int ringPages;
    private final long[] pages;
    private final long[] blocks;
    /// Slots of pages, and blocks, that another cache may read too: they are copied before they are written.
    private final BitSet sharedPages = new BitSet();

    private final BitSet sharedBlocks = new BitSet();
    /// Pages that a fork began with.
    private final int givenPages;

    /// How stored keys are summarised, for summaries that are made whole.
    private final Optional<KeySummary> keySummary;
    /// Scratch: a key, and the numbers of a summary.
    private final float[] key;

    private final float[] summary;
    private int ownedPages;
    /// Pages that are needed for the tokens that were announced.
    private int announcedPages;

    private int ownedBlocks;
    private int tokens;

    HeadCache(CacheShape shape, Retention retention, PageMemory memory) {
        this.shape = shape;
        this.memory = memory;
        geometry = shape.geometry();
        layout = shape.layout();
        int most = geometry.pages(shape.capacityTokens());
        switch (retention) {
            case Retention.Everything everything -> {
                summaries = everything
                        .summaries()
                        .map(score -> new SummaryLayout(score, shape.headSize(), everything.precision()));
                keptPages = most;
                ringPages = 0;
            }
            case Retention.Ends ends -> {
                summaries = Optional.empty();
                keptPages = Math.min(most, geometry.pages(ends.sinkTokens()));
                // a window that starts inside a page touches one page more than it fills
                ringPages = Math.min(most - keptPages, geometry.pages(ends.windowTokens()) + 1);
            }
        }
        key = new float[shape.headSize()];
        summary = new float[2 * shape.headSize()];
        keySummary = summaries.map(kept -> KeySummary.of(kept.kind(), shape.headSize()));
        givenPages = 0;
        pages = new long[keptPages + ringPages];
        blocks = new long
                [summaries.isEmpty() ? 0 : Math.ceilDiv(most * geometry.summariesPerPage(), SummaryLayout.BLOCK)];
    }

    private HeadCache(HeadCache origin, PageMemory memory) {
        this.memory = memory;
        shape = origin.shape;
        geometry = origin.geometry;
        layout = origin.layout;
        summaries = origin.summaries;
        keptPages = origin.keptPages;
        ringPages = origin.ringPages;
        tokens = origin.tokens;
        keySummary = origin.keySummary;
        key = new float[origin.key.length];
        summary = new float[origin.summary.length];
        // pages taken ahead of need stay with the origin
        givenPages = origin.usedPages(tokens);
        ownedPages = givenPages;
        ownedBlocks = origin.usedBlocks(tokens);
        pages = Arrays.copyOf(origin.pages, origin.pages.length);
        blocks = Arrays.copyOf(origin.blocks, origin.blocks.length);
        sharedPages.set(0, ownedPages);
        sharedBlocks.set(0, ownedBlocks);
    }

    /// A head with the same tokens that shares the pages of this one; its own come from `memory`, a fork of this one's.
    HeadCache fork(PageMemory memory) {
        HeadCache fork = new HeadCache(this, memory);
        sharedPages.or(fork.sharedPages);
        sharedBlocks.or(fork.sharedBlocks);
        return fork;
    }

    /// Layout of the pages.
    public PageLayout layout() {
        return layout;
    }

    /// Layout of the key summaries, if the head keeps any.
    public Optional<SummaryLayout> summaries() {
        return summaries;
    }

    /// Tokens appended so far; those a ring has overwritten count.
    public int tokens() {
        return tokens;
    }

    /// Whether no token is ever overwritten.
    public boolean keepsAll() {
        return ringPages == 0;
    }

    /// Whether `token` can still be read.
    public boolean holds(int token) {
        if (token < 0 || token >= tokens) {
            return false;
        }
        int page = token / geometry.pageTokens();
        return page < keptPages || page > (tokens - 1) / geometry.pageTokens() - ringPages;
    }

    /// Says that `tokens` tokens are going to be appended: their pages are taken in longer runs, still as they are
    /// needed, since runs are read faster.
    void announce(int tokens) {
        announcedPages = usedPages(this.tokens + tokens);
    }

    /// Appends the key (after RoPE) and value of the next token, both at `at` of their arrays.
    ///
    /// @throws IllegalStateException if the cache is full
    public void append(float[] keys, float[] values, int at) {
        if (tokens == shape.capacityTokens()) {
            throw new IllegalStateException("the KV cache is full: it holds %d tokens (%s, %d MiB)"
                    .formatted(tokens, shape.type(), shape.pageBytes(tokens) >> 20));
        }
        int page = tokens / geometry.pageTokens();
        own(slotOf(page));
        layout.store(memory(page), pageAt(page), tokens % geometry.pageTokens(), keys, values, at);
        if (summaries.isPresent()) {
            summarise(summaries.get(), keys, at);
        }
        tokens++;
    }

    /// Appends all keys and values of `other`, as they are stored there.
    ///
    /// @throws IllegalArgumentException if `other` has forgotten tokens
    void append(HeadCache other) {
        if (!other.keepsAll()) {
            throw new IllegalArgumentException("a head that forgets cannot be copied");
        }
        float[] key = new float[layout.headSize()];
        float[] value = new float[layout.headSize()];
        for (int token = 0; token < other.tokens; token++) {
            int page = token / other.geometry.pageTokens();
            int slot = token % other.geometry.pageTokens();
            for (int i = 0; i < key.length; i++) {
                key[i] = other.layout.key(other.memory(page), other.pageAt(page), slot, i);
                value[i] = other.layout.value(other.memory(page), other.pageAt(page), slot, i);
            }
            append(key, value, 0);
        }
    }

    private void summarise(SummaryLayout kind, float[] keys, int at) {
        int ordinal = tokens / geometry.summaryTokens();
        int block = ordinal / SummaryLayout.BLOCK;
        int lane = ordinal % SummaryLayout.BLOCK;
        int earlier = tokens % geometry.summaryTokens();
        if (block == ownedBlocks) {
            blocks[ownedBlocks++] = memory.take(kind.blockBytes());
        } else if (sharedBlocks.get(block)) {
            blocks[block] = copy(blocks[block], kind.blockBytes());
            sharedBlocks.clear(block);
        }
        switch (kind.precision()) {
            case CACHE -> kind.add(summaryMemory(block), summaryAt(block), lane, earlier, keys, at);
            case INT8 -> {
                if (earlier == 0) {
                    kind.open(summaryMemory(block), summaryAt(block), lane);
                }
                if (earlier == geometry.summaryTokens() - 1) {
                    summariseStoredKeys();
                    kind.close(summaryMemory(block), summaryAt(block), lane, summary);
                }
            }
        }
    }

    /// Summarises what the token just stored completes. Its page has been the newest so far, which is read whatever it
    /// scores, so nobody missed it.
    private void summariseStoredKeys() {
        KeySummary keys = keySummary.orElseThrow();
        int first = tokens - geometry.summaryTokens() + 1;
        for (int token = first; token <= tokens; token++) {
            load(token);
            keys.append(summary, 0, key, 0, token - first);
        }
    }

    /// Reads the stored key of a token into the scratch key.
    private void load(int token) {
        int page = token / geometry.pageTokens();
        for (int i = 0; i < key.length; i++) {
            key[i] = layout.key(memory(page), pageAt(page), token % geometry.pageTokens(), i);
        }
    }

    /// Makes sure that slot `slot` has a page that nobody else reads.
    private void own(int slot) {
        if (slot < ownedPages) {
            if (sharedPages.get(slot)) {
                pages[slot] = copy(pages[slot], layout.pageBytes());
                sharedPages.clear(slot);
            }
            return;
        }
        int ahead = Math.min((ownedPages - givenPages) / 4, MOST_PAGES_AT_ONCE);
        int announced = Math.min(announcedPages - ownedPages, MOST_ANNOUNCED_PAGES_AT_ONCE);
        int run = Math.clamp(Math.max(ahead, announced), 1, pages.length - ownedPages);
        long place = memory.take(run * layout.pageBytes());
        for (int i = 0; i < run; i++) {
            pages[ownedPages++] = place + i * layout.pageBytes();
        }
    }

    private long copy(long place, long bytes) {
        long copy = memory.take(bytes);
        MemorySegment.copy(
                memory.chunk(place), PageMemory.offset(place), memory.chunk(copy), PageMemory.offset(copy), bytes);
        return copy;
    }

    private int slotOf(int page) {
        return page < keptPages ? page : keptPages + (page - keptPages) % ringPages;
    }

    /// Memory that holds page `page`.
    public MemorySegment memory(int page) {
        return memory.chunk(pages[slotOf(page)]);
    }

    /// Offset of page `page` in [#memory].
    public long pageAt(int page) {
        return PageMemory.offset(pages[slotOf(page)]);
    }

    /// Memory that holds block `block` of the key summaries.
    public MemorySegment summaryMemory(int block) {
        return memory.chunk(blocks[block]);
    }

    /// Offset of block `block` in [#summaryMemory].
    public long summaryAt(int block) {
        return PageMemory.offset(blocks[block]);
    }

    /// The memory that holds the tokens: pages by slot, then blocks of summaries.
    List<MemorySegment> parts() {
        List<MemorySegment> parts = new ArrayList<>();
        for (int slot = 0; slot < usedPages(tokens); slot++) {
            parts.add(memory.chunk(pages[slot]).asSlice(PageMemory.offset(pages[slot]), layout.pageBytes()));
        }
        for (int block = 0; block < usedBlocks(tokens); block++) {
            long bytes = summaries.orElseThrow().blockBytes();
            parts.add(memory.chunk(blocks[block]).asSlice(PageMemory.offset(blocks[block]), bytes));
        }
        return parts;
    }

    /// Bytes of [#parts] for `tokens` tokens.
    long bytes(int tokens) {
        long blockBytes = summaries.map(SummaryLayout::blockBytes).orElse(0L);
        return usedPages(tokens) * layout.pageBytes() + usedBlocks(tokens) * blockBytes;
    }

    /// Makes an empty head one of `tokens` tokens whose numbers are yet to be written to its [#parts].
    void takeRoom(int tokens) {
        if (this.tokens != 0) {
            throw new IllegalStateException("the head holds %d tokens already".formatted(this.tokens));
        }
        for (int slot = 0; slot < usedPages(tokens); slot++) {
            own(slot);
        }
        while (ownedBlocks < usedBlocks(tokens)) {
            blocks[ownedBlocks++] = memory.take(summaries.orElseThrow().blockBytes());
        }
        this.tokens = tokens;
    }

    private int usedPages(int tokens) {
        return Math.min(geometry.pages(tokens), pages.length);
    }

    private int usedBlocks(int tokens) {
        return summaries.isEmpty() ? 0 : Math.ceilDiv(geometry.summaries(tokens), SummaryLayout.BLOCK);
    }

    /// Forgets the tokens from `tokens` on, as if they had never been appended; keeps the memory.
    ///
    /// @throws IllegalArgumentException if a ring has overwritten what would be needed again, or a summary would have
    ///     to be rebuilt from stored keys
    public void truncate(int tokens) {
        boolean ringHasTurned = ringPages > 0 && this.tokens > pages.length * geometry.pageTokens();
        boolean summaryIsCut = summaries.isPresent() && tokens % geometry.summaryTokens() != 0 && tokens < this.tokens;
        if (tokens < 0 || tokens > this.tokens || (tokens > 0 && tokens < this.tokens && ringHasTurned)) {
            throw new IllegalArgumentException(
                    "cannot cut a head of %d tokens back to %d".formatted(this.tokens, tokens));
        }
        this.tokens = tokens;
        if (summaryIsCut) {
            rebuildSummary(summaries.get());
        }
    }

    /// Rebuilds the summary that a cut has opened again from the keys as they are stored.
    private void rebuildSummary(SummaryLayout kind) {
        int end = tokens;
        for (tokens = end - end % geometry.summaryTokens(); tokens < end; tokens++) {
            load(tokens);
            summarise(kind, key, 0);
        }
    }
}
