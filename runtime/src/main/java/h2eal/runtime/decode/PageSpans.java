package h2eal.runtime.decode;

import h2eal.attention.TokenSet;
import h2eal.selection.TokenRanges;
import java.util.Arrays;

/// The pages of one token set in ascending order, with the slots to read of each: mutable scratch, reused.
final class PageSpans {

    private int[] pages = new int[64];
    private int[] from = new int[64];
    private int[] to = new int[64];
    private int size;
    private int tokens;
    private int differentPages;

    /// Cuts `tokens` at the borders of pages of `pageTokens`.
    void set(TokenSet tokens, int pageTokens) {
        clear();
        for (int range = 0; range < tokens.ranges(); range++) {
            addRange(tokens.from(range), tokens.to(range), pageTokens);
        }
    }

    /// Cuts `ranges` at the borders of pages of `pageTokens`.
    void set(TokenRanges ranges, int pageTokens) {
        clear();
        for (int range = 0; range < ranges.size(); range++) {
            addRange(ranges.from(range), ranges.to(range), pageTokens);
        }
    }

    private void clear() {
        size = 0;
        tokens = 0;
        differentPages = 0;
    }

    private void addRange(int from, int end, int pageTokens) {
        tokens += end - from;
        for (int token = from; token < end; ) {
            int page = token / pageTokens;
            int pageStart = page * pageTokens;
            int stop = Math.min(end, pageStart + pageTokens);
            if (size == 0 || pages[size - 1] != page) {
                differentPages++;
            }
            add(page, token - pageStart, stop - pageStart);
            token = stop;
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

    /// Tokens of all spans.
    int tokens() {
        return tokens;
    }

    /// Pages that the spans lie in; two spans may share one.
    int differentPages() {
        return differentPages;
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
