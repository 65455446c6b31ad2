package h2eal.bench;

import h2eal.attention.PageGeometry;
import h2eal.runtime.cache.CacheShape;
import h2eal.runtime.cache.HeadCache;
import h2eal.runtime.cache.KvCache;
import h2eal.runtime.cache.ReadBandwidth;
import h2eal.runtime.kernel.Kernels;
import h2eal.runtime.page.KvType;
import h2eal.runtime.page.PageKernels;
import h2eal.runtime.page.QueryRows;
import java.util.Random;
import java.util.stream.IntStream;

/// A KV cache larger than the caches of a core, and three ways for one thread to go over the pages of some of its
/// heads: read them plainly, attend to all of them, attend to selected ones.
final class KvStreams implements AutoCloseable {

    static final int KV_HEADS = 8;
    static final int GROUP = 4;
    static final int HEAD_SIZE = 64;

    /// Of so many pages one is selected.
    private static final int SELECTED_OF = 8;

    private static final int TOKENS = 16 * 1024;
    private static final int PAGE_TOKENS = 64;
    private static final long LEAST_BYTES = 256L << 20;

    private final PageKernels kernels = PageKernels.of(Kernels.best());
    private final KvCache cache;
    private final int layers;
    private final int[][] selections = new int[SELECTED_OF][TOKENS / PAGE_TOKENS / SELECTED_OF];
    private final int[] all = IntStream.range(0, TOKENS / PAGE_TOKENS).toArray();
    private final float[] queries;

    KvStreams(KvType type) {
        PageGeometry geometry = new PageGeometry(PAGE_TOKENS, 16);
        CacheShape layer = new CacheShape(1, KV_HEADS, HEAD_SIZE, type, geometry, TOKENS);
        layers = (int) Math.ceilDiv(LEAST_BYTES, layer.pageBytes(TOKENS));
        cache = new KvCache(new CacheShape(layers, KV_HEADS, HEAD_SIZE, type, geometry, TOKENS));
        Random random = new Random(1);
        queries = gaussian(random, GROUP * HEAD_SIZE);
        float[] numbers = gaussian(random, 1024 * HEAD_SIZE);
        for (int i = 0; i < layers * KV_HEADS; i++) {
            HeadCache head = cache.head(i / KV_HEADS, i % KV_HEADS);
            for (int token = 0; token < TOKENS; token++) {
                head.append(numbers, numbers, random.nextInt(1024) * HEAD_SIZE);
            }
        }
        for (int i = 0; i < selections[0].length; i++) {
            int first = random.nextInt(SELECTED_OF);
            for (int selection = 0; selection < SELECTED_OF; selection++) {
                selections[selection][i] = SELECTED_OF * i + (first + selection) % SELECTED_OF;
            }
        }
    }

    QueryRows rows() {
        return kernels.rows(cache.shape().layout(), GROUP);
    }

    /// Bytes of the pages of one thread's share, one of `shares`.
    double bytes(int shares) {
        return (double) cache.shape().pageBytes(TOKENS) / shares;
    }

    /// Bytes of the key and value of one token in all heads of one pass.
    double tokenBytes() {
        return (double) cache.shape().pageBytes(TOKENS) / TOKENS / layers / KV_HEADS;
    }

    /// Reads all pages and does nothing else.
    float read(int share, int shares) {
        float sum = 0;
        for (int i = share; i < layers * KV_HEADS; i += shares) {
            HeadCache head = cache.head(i / KV_HEADS, i % KV_HEADS);
            for (int page = 0; page < TOKENS / PAGE_TOKENS; page++) {
                long at = head.pageAt(page);
                sum += ReadBandwidth.read(
                        head.memory(page), at, at + head.layout().pageBytes());
            }
        }
        return sum;
    }

    /// One query group attends to all pages of every head of the share.
    float attend(int share, int shares, QueryRows rows) {
        float sum = 0;
        for (int i = share; i < layers * KV_HEADS; i += shares) {
            HeadCache head = cache.head(i / KV_HEADS, i % KV_HEADS);
            load(rows);
            attend(head, all, rows);
            sum += (float) rows.logSumExp(0);
        }
        return sum;
    }

    /// One query group attends to selected pages of every head of the share, again and again with others, until it has
    /// seen all.
    float attendSelected(int share, int shares, QueryRows rows) {
        float sum = 0;
        for (int[] selected : selections) {
            for (int i = share; i < layers * KV_HEADS; i += shares) {
                load(rows);
                attend(cache.head(i / KV_HEADS, i % KV_HEADS), selected, rows);
                sum += (float) rows.logSumExp(0);
            }
        }
        return sum;
    }

    private void attend(HeadCache head, int[] pages, QueryRows rows) {
        for (int from = 0; from < pages.length; from += QueryRows.MOST_PAGES) {
            int to = Math.min(from + QueryRows.MOST_PAGES, pages.length);
            for (int i = from; i < to; i++) {
                rows.expect(head.memory(pages[i]), head.pageAt(pages[i]), 0, PAGE_TOKENS);
            }
            kernels.attendExpected(to - from, rows);
        }
    }

    private void load(QueryRows rows) {
        for (int row = 0; row < GROUP; row++) {
            rows.load(row, queries, row * HEAD_SIZE);
        }
        rows.activate(0, GROUP);
    }

    private static float[] gaussian(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    @Override
    public void close() {
        cache.close();
    }
}
