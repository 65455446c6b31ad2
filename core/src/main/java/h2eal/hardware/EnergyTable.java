package h2eal.hardware;

import h2eal.model.Precision;
import java.util.Map;

/// Price of every action the simulator counts (Accelergy's split: count first, then price). A table with
/// `activatePicojoulesPerRowBit` 0 is the flat mode of roofline papers: one price per bit moved.
///
/// @param activatePicojoulesPerRowBit opening and closing a row, per bit of the row; a refreshed row costs the same
/// @param columnPicojoulesPerBit column access and hybrid-bond crossing, per bit moved
/// @param sramPicojoulesPerBit one read or one write, per bit
/// @param macPicojoules one multiply-accumulate, by type of the operands
/// @param specialPicojoules one exponential or other special function
/// @param scorePicojoules one multiply-add of the page selector
/// @param candidatePicojoules one page score through the streaming top-k
/// @param routerPicojoulesPerBit one router, per bit
/// @param wirePicojoulesPerBitMillimetre one link, per bit and millimetre
/// @param backgroundWattsPerGigabyte DRAM standby, per 10^9 bytes
/// @param leakageWattsPerMillimetre2 logic leakage
public record EnergyTable(
        double activatePicojoulesPerRowBit,
        double columnPicojoulesPerBit,
        double sramPicojoulesPerBit,
        Map<Precision, Double> macPicojoules,
        double specialPicojoules,
        double scorePicojoules,
        double candidatePicojoules,
        double routerPicojoulesPerBit,
        double wirePicojoulesPerBitMillimetre,
        double backgroundWattsPerGigabyte,
        double leakageWattsPerMillimetre2) {

    public EnergyTable {
        macPicojoules = Map.copyOf(macPicojoules);
        requirePrice("activatePicojoulesPerRowBit", activatePicojoulesPerRowBit);
        requirePrice("columnPicojoulesPerBit", columnPicojoulesPerBit);
        requirePrice("sramPicojoulesPerBit", sramPicojoulesPerBit);
        macPicojoules.forEach((type, price) -> requirePrice("macPicojoules of " + type, price));
        requirePrice("specialPicojoules", specialPicojoules);
        requirePrice("scorePicojoules", scorePicojoules);
        requirePrice("candidatePicojoules", candidatePicojoules);
        requirePrice("routerPicojoulesPerBit", routerPicojoulesPerBit);
        requirePrice("wirePicojoulesPerBitMillimetre", wirePicojoulesPerBitMillimetre);
        requirePrice("backgroundWattsPerGigabyte", backgroundWattsPerGigabyte);
        requirePrice("leakageWattsPerMillimetre2", leakageWattsPerMillimetre2);
    }

    private static void requirePrice(String field, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("%s must be a finite number, 0 or more: %s".formatted(field, value));
        }
    }
}
