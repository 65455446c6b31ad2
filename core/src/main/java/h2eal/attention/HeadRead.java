package h2eal.attention;

import java.util.Objects;

/// What one KV head reads in one decode step. The only thing the simulator ever learns of attention.
///
/// @param summariesScored key summaries read and scored in this step; 0 when an earlier selection is reused
/// @param tokens tokens whose K and V are read; for a group without a shared selection, the union over its query heads
public record HeadRead(int summariesScored, TokenSet tokens) {

    public HeadRead {
        Objects.requireNonNull(tokens, "tokens");
        if (summariesScored < 0) {
            throw new IllegalArgumentException("summariesScored must not be negative: " + summariesScored);
        }
    }
}
