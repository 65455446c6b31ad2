package h2eal.runtime.decode;

import h2eal.runtime.cache.HeadCache;
import h2eal.runtime.page.KvType;
import h2eal.runtime.page.PageKernels;
import h2eal.runtime.page.PageLayout;
import h2eal.runtime.page.QueryRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Queries of a prefill that go over the cache of one KV head together, strip by strip: a strip is as many whole pages
/// as make up 64 tokens, or one page if that is longer. Scratch of one worker, reused.
///
/// Where it pays, the pages of a strip are brought together as one long page of F32 first: halves would be unpacked by
/// every query again, to the same bits, and a page that is shorter than a few vectors leaves most of them empty.
final class QueryBlock {

    /// Query rows at most: their scratch stays in the second-level cache.
    private static final int MOST_ROWS = 512;
    /// Query rows that are worth a pass over the cache.
    private static final int LEAST_ROWS = 64;

    /// Rows of a batch from which on strips are brought together.
    private static final int MANY_ROWS = 32;

    private static final int STRIP_TOKENS = 64;

    private final PageKernels kernels;
    private final PageLayout layout;
    private final int group;
    private final int pagesPerStrip;
    private final QueryRows narrow;
    private final Optional<Strip> strip;
    /// Positions of the queries' tokens, ascending.
    private final int[] positions;
    /// Keys that each token's queries have attended to, and pages that hold them.
    private final int[] attendedTokens;

    private final int[] attendedPages;
    private HeadCache head;
    private int tokens;
    private QueryRows rows;
    private boolean isGathered;

    /// Pages that were brought together.
    ///
    /// @param rows rows that attend to them
    /// @param page scratch for one page of F32
    /// @param memory the long page
    private record Strip(QueryRows rows, MemorySegment page, MemorySegment memory) {}

    /// Tokens that a query sees, by its position; both ends grow with the position.
    ///
    /// @param least first token at least
    /// @param end token after the last at most
    /// @param window tokens seen up to the query's own; 0 for all
    record Reach(int least, int end, int window) {

        /// All up to the query's own.
        static final Reach EVERYTHING = new Reach(0, Integer.MAX_VALUE, 0);

        int from(int position) {
            return window == 0 ? least : Math.max(least, position - window + 1);
        }

        int to(int position) {
            return Math.min(end, position + 1);
        }
    }

    /// Scratch for blocks of `mostTokens` tokens at most.
    QueryBlock(PageKernels kernels, PageLayout layout, int group, int mostTokens, float scoreCap) {
        this.kernels = kernels;
        this.layout = layout;
        this.group = group;
        pagesPerStrip = Math.max(1, STRIP_TOKENS / layout.pageTokens());
        positions = new int[mostTokens];
        attendedTokens = new int[mostTokens];
        attendedPages = new int[mostTokens];
        boolean gathers = layout.type().isPaired() || pagesPerStrip > 1;
        narrow = kernels.rows(layout, gathers ? MANY_ROWS : mostTokens * group, scoreCap);
        if (gathers) {
            PageLayout page = layout.as(KvType.F32);
            PageLayout wide = new PageLayout(KvType.F32, layout.headSize(), stripTokens());
            strip = Optional.of(new Strip(
                    kernels.rows(wide, mostTokens * group, scoreCap),
                    Arena.ofAuto().allocate(page.pageBytes(), PageLayout.ALIGNMENT),
                    Arena.ofAuto().allocate(wide.pageBytes(), PageLayout.ALIGNMENT)));
        } else {
            strip = Optional.empty();
        }
    }

    /// Tokens of one block at most: the more go together, the seldomer the cache is read, as long as every worker has
    /// some blocks. What a query attends to does not depend on it.
    ///
    /// @param rows query rows of a batch, of all heads
    static int mostTokens(int group, int rows, int workers) {
        return Math.max(1, Math.clamp(rows / (4L * workers), LEAST_ROWS, MOST_ROWS) / group);
    }

    /// Tokens of this block at most.
    int mostTokens() {
        return positions.length;
    }

    /// Tokens of one strip.
    int stripTokens() {
        return pagesPerStrip * layout.pageTokens();
    }

    /// Begins with no query of `head`.
    ///
    /// @param batch tokens of the batch that the block is of
    void begin(HeadCache head, int batch) {
        this.head = head;
        tokens = 0;
        isGathered = strip.isPresent() && batch * group >= MANY_ROWS;
        rows = isGathered ? strip.get().rows : narrow;
    }

    /// Adds the group's queries of the token at `position`, which begin at `at`.
    void add(int position, float[] queries, int at) {
        for (int row = 0; row < group; row++) {
            rows.load(tokens * group + row, queries, at + row * layout.headSize());
        }
        attendedTokens[tokens] = 0;
        attendedPages[tokens] = 0;
        positions[tokens++] = position;
    }

    /// Writes the outputs of token `token` to `at`.
    void finish(int token, float[] out, int at) {
        for (int row = 0; row < group; row++) {
            rows.finish(token * group + row, out, at + row * layout.headSize());
        }
    }

    /// Tokens added.
    int tokens() {
        return tokens;
    }

    /// Position of token `token`.
    int position(int token) {
        return positions[token];
    }

    /// Keys that the queries of token `token` have attended to.
    int attendedTokens(int token) {
        return attendedTokens[token];
    }

    /// Pages that hold them.
    int attendedPages(int token) {
        return attendedPages[token];
    }

    /// Strip that holds the key of token `token`.
    int strip(int token) {
        return positions[token] / stripTokens();
    }

    /// Lets all tokens attend to all that they reach.
    void attend(Reach reach) {
        int end = reach.to(positions[tokens - 1]);
        for (int strip = reach.from(positions[0]) / stripTokens(); strip * stripTokens() < end; strip++) {
            attend(strip, reach, 0, tokens);
        }
    }

    /// Lets all tokens attend to everything before them, and says where they looked: per token the share of its
    /// attention that each strip holds, summed over the group's queries.
    float[][] attendToAll() {
        int strips = strip(tokens - 1) + 1;
        double[][] logSums = new double[tokens * group][strips];
        for (int strip = 0; strip < strips; strip++) {
            attend(strip, Reach.EVERYTHING, 0, tokens);
            for (int row = 0; row < logSums.length; row++) {
                logSums[row][strip] = rows.logSumExp(row);
            }
        }
        float[][] shares = new float[tokens][strips];
        for (int row = 0; row < logSums.length; row++) {
            double before = 0;
            for (int strip = 0; strip < strips; strip++) {
                double upToHere = Math.exp(logSums[row][strip] - logSums[row][strips - 1]);
                shares[row / group][strip] += (float) (upToHere - before);
                before = upToHere;
            }
        }
        return shares;
    }

    /// Lets tokens `first..last` attend to what they reach of a strip.
    void attend(int number, Reach reach, int first, int last) {
        int firstPage = Math.max(number * pagesPerStrip, reach.from(positions[first]) / layout.pageTokens());
        int lastPage = Math.min(
                number * pagesPerStrip + pagesPerStrip - 1, (reach.to(positions[last - 1]) - 1) / layout.pageTokens());
        for (int page = firstPage; page <= lastPage; page++) {
            if (isGathered) {
                gather(page, (page - number * pagesPerStrip) * layout.pageTokens());
            } else {
                int start = page * layout.pageTokens();
                attend(head.memory(page), head.pageAt(page), start, reach, first, last);
            }
        }
        if (isGathered && firstPage <= lastPage) {
            attend(strip.get().memory, 0, number * stripTokens(), reach, first, last);
        }
    }

    /// Brings a page to slot `slot` of the strip.
    private void gather(int page, int slot) {
        MemorySegment memory = head.memory(page);
        long at = head.pageAt(page);
        MemorySegment target = strip.get().memory;
        PageLayout wide = strip.get().rows.layout();
        if (layout.type() == KvType.F32) {
            layout.copy(memory, at, wide, target, slot);
        } else if (pagesPerStrip == 1) {
            kernels.unpack(layout, memory, at, wide, target);
        } else {
            PageLayout one = layout.as(KvType.F32);
            kernels.unpack(layout, memory, at, one, strip.get().page);
            one.copy(strip.get().page, 0, wide, target, slot);
        }
    }

    /// Lets tokens `first..last` attend to what they reach of a page or strip that begins with token `start`.
    private void attend(MemorySegment memory, long at, int start, Reach reach, int first, int last) {
        int length = rows.layout().pageTokens();
        boolean isWhole = reach.from(positions[last - 1]) <= start && reach.to(positions[first]) >= start + length;
        if (isWhole) {
            rows.activate(first * group, last * group);
            kernels.attend(memory, at, 0, length, rows);
        }
        for (int token = first; token < last; token++) {
            int from = Math.max(start, reach.from(positions[token]));
            int to = Math.min(start + length, reach.to(positions[token]));
            if (from < to) {
                if (!isWhole) {
                    rows.activate(token * group, (token + 1) * group);
                    kernels.attend(memory, at, from - start, to - start, rows);
                }
                attendedTokens[token] += to - from;
                attendedPages[token] += (to - 1) / layout.pageTokens() - from / layout.pageTokens() + 1;
            }
        }
    }
}
