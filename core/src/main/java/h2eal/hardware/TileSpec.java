package h2eal.hardware;

import h2eal.model.Precision;
import java.util.Map;

/// One tile of the logic die: a processing element over its own banks. Rates are per logic cycle.
///
/// @param banks DRAM banks under the tile
/// @param macsPerCycle multiply-accumulates by type of the operands
/// @param specialsPerCycle exponentials, reciprocals and other special functions
/// @param specialLatencyCycles pipeline depth of the special-function unit
/// @param scoreAddsPerCycle multiply-adds of the page selector
/// @param candidatesPerCycle page scores its streaming top-k accepts
/// @param inputBytes SRAM for inputs
/// @param streamBytes SRAM for weights, keys and values: DRAM fills one part while the units read another
/// @param outputBytes SRAM for outputs
/// @param areaMillimetres2 area of the tile, for leakage
public record TileSpec(
        int banks,
        Map<Precision, Integer> macsPerCycle,
        int specialsPerCycle,
        int specialLatencyCycles,
        int scoreAddsPerCycle,
        int candidatesPerCycle,
        int inputBytes,
        int streamBytes,
        int outputBytes,
        double areaMillimetres2) {

    public TileSpec {
        macsPerCycle = Map.copyOf(macsPerCycle);
        if (banks < 1) {
            throw new IllegalArgumentException("a tile has at least one bank: " + banks);
        }
        macsPerCycle.forEach((type, rate) -> requirePositive("macsPerCycle of " + type, rate));
        requirePositive("specialsPerCycle", specialsPerCycle);
        requirePositive("scoreAddsPerCycle", scoreAddsPerCycle);
        requirePositive("candidatesPerCycle", candidatesPerCycle);
        requirePositive("inputBytes", inputBytes);
        requirePositive("streamBytes", streamBytes);
        requirePositive("outputBytes", outputBytes);
        if (specialLatencyCycles < 0 || !(areaMillimetres2 > 0)) {
            throw new IllegalArgumentException(
                    "specialLatencyCycles must not be negative and areaMillimetres2 must be positive: %d, %s"
                            .formatted(specialLatencyCycles, areaMillimetres2));
        }
    }

    private static void requirePositive(String field, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s must be positive: %d".formatted(field, value));
        }
    }
}
