package h2eal.attention;

import java.util.Arrays;
import java.util.Objects;

/// An immutable set of token positions, kept as sorted, disjoint, non-touching half-open ranges.
///
/// Sinks, windows and selected pages are all a handful of ranges, so a set of thousands of tokens is a few numbers.
public final class TokenSet {

    private static final TokenSet EMPTY = new TokenSet(new int[0]);

    /// `bounds[2i]` is the first token of range i, `bounds[2i + 1]` the token after its last.
    private final int[] bounds;

    private TokenSet(int[] bounds) {
        this.bounds = bounds;
    }

    /// The set without tokens.
    public static TokenSet empty() {
        return EMPTY;
    }

    /// The tokens `from` (inclusive) to `to` (exclusive); empty when `from >= to`.
    public static TokenSet range(int from, int to) {
        if (from < 0) {
            throw new IllegalArgumentException("token positions start at 0: " + from);
        }
        return from >= to ? EMPTY : new TokenSet(new int[] {from, to});
    }

    /// The tokens of ascending, disjoint, non-touching ranges: `from, to, from, to, ...`, each `to` exclusive.
    ///
    /// @throws IllegalArgumentException if a bound is not above the one before, or the first is negative
    public static TokenSet ofRanges(int... bounds) {
        if (bounds.length % 2 != 0) {
            throw new IllegalArgumentException("ranges need an even number of bounds: " + bounds.length);
        }
        int last = -1;
        for (int bound : bounds) {
            if (bound <= last) {
                throw new IllegalArgumentException(
                        "range bounds must ascend from 0: %d after %d".formatted(bound, last));
            }
            last = bound;
        }
        return bounds.length == 0 ? EMPTY : new TokenSet(bounds.clone());
    }

    /// The tokens of ascending `pages` of `pageTokens` tokens each, cut at `contextTokens`.
    ///
    /// @throws IllegalArgumentException if the pages are not strictly ascending or start beyond the context
    public static TokenSet ofPages(int[] pages, int pageTokens, int contextTokens) {
        int[] bounds = new int[2 * pages.length];
        int used = 0;
        int last = -1;
        for (int page : pages) {
            int from = page * pageTokens;
            if (page <= last || from >= contextTokens) {
                throw new IllegalArgumentException(
                        "pages must ascend within %d tokens: %d after %d".formatted(contextTokens, page, last));
            }
            int to = Math.min(from + pageTokens, contextTokens);
            used = append(bounds, used, from, to);
            last = page;
        }
        return used == 0 ? EMPTY : new TokenSet(Arrays.copyOf(bounds, used));
    }

    /// The tokens of this set or of `other`.
    public TokenSet union(TokenSet other) {
        Objects.requireNonNull(other, "other");
        int[] merged = new int[bounds.length + other.bounds.length];
        int used = 0;
        int left = 0;
        int right = 0;
        while (left < bounds.length || right < other.bounds.length) {
            boolean takeLeft =
                    right == other.bounds.length || (left < bounds.length && bounds[left] <= other.bounds[right]);
            int[] source = takeLeft ? bounds : other.bounds;
            int at = takeLeft ? left : right;
            used = append(merged, used, source[at], source[at + 1]);
            if (takeLeft) {
                left += 2;
            } else {
                right += 2;
            }
        }
        return used == 0 ? EMPTY : new TokenSet(Arrays.copyOf(merged, used));
    }

    /// Number of tokens.
    public int size() {
        int size = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            size += bounds[i + 1] - bounds[i];
        }
        return size;
    }

    /// Number of pages of `pageTokens` tokens that hold at least one token of the set.
    public int pages(int pageTokens) {
        int pages = 0;
        int last = -1;
        for (int i = 0; i < bounds.length; i += 2) {
            int first = bounds[i] / pageTokens;
            int end = (bounds[i + 1] - 1) / pageTokens;
            pages += end - first + (first == last ? 0 : 1);
            last = end;
        }
        return pages;
    }

    /// The numbers of those pages, ascending.
    public int[] pageNumbers(int pageTokens) {
        int[] numbers = new int[pages(pageTokens)];
        int count = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            int end = (bounds[i + 1] - 1) / pageTokens;
            for (int page = bounds[i] / pageTokens; page <= end; page++) {
                if (count == 0 || numbers[count - 1] < page) {
                    numbers[count++] = page;
                }
            }
        }
        return numbers;
    }

    /// Whether there are no tokens.
    public boolean isEmpty() {
        return bounds.length == 0;
    }

    /// Number of ranges.
    public int ranges() {
        return bounds.length / 2;
    }

    /// First token of range `index`.
    public int from(int index) {
        return bounds[2 * index];
    }

    /// The token after the last of range `index`.
    public int to(int index) {
        return bounds[2 * index + 1];
    }

    /// Whether `token` is in the set.
    public boolean contains(int token) {
        int found = Arrays.binarySearch(bounds, token);
        // An exact hit on an even index opens a range, on an odd one it is the excluded end.
        return found >= 0 ? found % 2 == 0 : (-found - 1) % 2 == 1;
    }

    /// Appends a range that starts at or after every earlier one, joining it to the last where they touch.
    private static int append(int[] bounds, int used, int from, int to) {
        if (used > 0 && from <= bounds[used - 1]) {
            bounds[used - 1] = Math.max(bounds[used - 1], to);
            return used;
        }
        bounds[used] = from;
        bounds[used + 1] = to;
        return used + 2;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenSet that && Arrays.equals(bounds, that.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < bounds.length; i += 2) {
            text.append(i == 0 ? "" : ", ").append(bounds[i]).append("..").append(bounds[i + 1] - 1);
        }
        return text.append('}').toString();
    }
}
