package h2eal.trace;

import h2eal.attention.TokenSet;

/// The tag of a head in a step, and the token sets that repeat from step to step.
final class HeadCode {

    static final int RANGES = 0;
    static final int GROWN = 1;
    static final int SLID = 2;
    static final int KIND_MASK = 3;
    static final int SCORED = 4;

    private HeadCode() {}

    /// The cheapest kind that describes `tokens`.
    ///
    /// @param before the head's tokens of the step before; empty in the first step
    /// @param moved tokens by which the context has grown since
    static int kind(TokenSet tokens, TokenSet before, int moved) {
        if (before.isEmpty() || tokens.ranges() != before.ranges()) {
            return RANGES;
        }
        int last = tokens.ranges() - 1;
        for (int range = 0; range < last; range++) {
            if (tokens.from(range) != before.from(range) || tokens.to(range) != before.to(range)) {
                return RANGES;
            }
        }
        if (tokens.to(last) != before.to(last) + moved) {
            return RANGES;
        }
        if (tokens.from(last) == before.from(last)) {
            return GROWN;
        }
        return tokens.from(last) == before.from(last) + moved ? SLID : RANGES;
    }

    /// The tokens of kind [#GROWN] or [#SLID].
    ///
    /// @throws IllegalArgumentException if that is not a set of ranges
    static TokenSet repeated(int kind, TokenSet before, int moved) {
        int[] bounds = new int[2 * before.ranges()];
        for (int range = 0; range < before.ranges(); range++) {
            bounds[2 * range] = before.from(range);
            bounds[2 * range + 1] = before.to(range);
        }
        bounds[bounds.length - 1] += moved;
        if (kind == SLID) {
            bounds[bounds.length - 2] += moved;
        }
        return TokenSet.ofRanges(bounds);
    }
}
