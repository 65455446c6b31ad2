package h2eal.selection;

import h2eal.attention.TokenSet;
import java.util.Arrays;

/// Ranges of tokens, ascending and apart, in memory that is used again: what a [ReusedSelection] reads in one step.
/// Valid until the next step.
public final class TokenRanges {

    /// `from, to, from, to, ...`
    private int[] bounds = new int[4];

    private int used;

    TokenRanges() {}

    void clear() {
        used = 0;
    }

    /// Adds a range that starts at or after every earlier one.
    void add(int from, int to) {
        if (from >= to) {
            return;
        }
        if (used > 0 && from <= bounds[used - 1]) {
            bounds[used - 1] = Math.max(bounds[used - 1], to);
            return;
        }
        if (used == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * used);
        }
        bounds[used++] = from;
        bounds[used++] = to;
    }

    /// Number of ranges.
    public int size() {
        return used / 2;
    }

    /// First token of range `index`.
    public int from(int index) {
        return bounds[2 * index];
    }

    /// The token after the last of range `index`.
    public int to(int index) {
        return bounds[2 * index + 1];
    }

    /// A copy.
    public TokenSet tokens() {
        return TokenSet.ofRanges(Arrays.copyOf(bounds, used));
    }
}
