package h2eal.sim.tile;

import h2eal.model.Precision;
import java.util.Objects;

/// What one tile does with the bytes of one stream.
///
/// @param type operands of the multiply-accumulates
/// @param macs multiply-accumulates
/// @param specials exponentials, reciprocals and other special functions
/// @param scores multiply-adds of the page selector
/// @param candidates page scores through its top-k
public record TileWork(Precision type, long macs, long specials, long scores, long candidates) {

    public TileWork {
        Objects.requireNonNull(type, "type");
        if (Math.min(Math.min(macs, specials), Math.min(scores, candidates)) < 0) {
            throw new IllegalArgumentException("work is not negative: %d MACs, %d specials, %d scores, %d candidates"
                    .formatted(macs, specials, scores, candidates));
        }
    }

    /// Multiply-accumulates and special functions.
    public static TileWork compute(Precision type, long macs, long specials) {
        return new TileWork(type, macs, specials, 0, 0);
    }

    /// Page scores and their selection.
    public static TileWork select(Precision type, long scores, long candidates) {
        return new TileWork(type, 0, 0, scores, candidates);
    }
}
