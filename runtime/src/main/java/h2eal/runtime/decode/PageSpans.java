package h2eal.runtime.decode;

import h2eal.attention.TokenSet;
import java.util.Arrays;

/// The pages of one token set in ascending order, with the slots to read of each: mutable scratch, reused.
final class PageSpans {

    private int[] pages = new int[64];
    private int[] from = new int[64];
    private int[] to = new int[64];
    private int size;

    /// Cuts `tokens` at the borders of pages of `pageTokens`.
    void set(TokenSet tokens, int pageTokens) {
        size = 0;
        for (int range = 0; range < tokens.ranges(); range++) {
            int end = tokens.to(range);
            for (int token = tokens.from(range); token < end; ) {
                int page = token / pageTokens;
                int pageStart = page * pageTokens;
                int stop = Math.min(end, pageStart + pageTokens);
                add(page, token - pageStart, stop - pageStart);
                token = stop;
            }
        }
    }

    private void add(int page, int fromSlot, int toSlot) {
        if (size == pages.length) {
            pages = Arrays.copyOf(pages, 2 * size);
            from = Arrays.copyOf(from, 2 * size);
            to = Arrays.copyOf(to, 2 * size);
        }
        pages[size] = page;
        from[size] = fromSlot;
        to[size++] = toSlot;
    }

    int size() {
        return size;
    }

    int page(int span) {
        return pages[span];
    }

    int fromSlot(int span) {
        return from[span];
    }

    int toSlot(int span) {
        return to[span];
    }
}
