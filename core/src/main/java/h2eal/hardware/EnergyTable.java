package h2eal.hardware;

import h2eal.model.Precision;
import java.util.Map;

/// Price of every action the simulator counts (Accelergy's split: count first, then price).
///
/// @param activatePicojoulesPerRowBit opening and closing a row, per bit of the row
/// @param columnPicojoulesPerBit column access and hybrid-bond crossing, per bit moved
/// @param sramPicojoulesPerBit one read or one write, per bit
/// @param macPicojoules one multiply-accumulate, by type of the operands
/// @param specialPicojoules one exponential or other special function
/// @param routerPicojoulesPerBit one router, per bit
/// @param wirePicojoulesPerBitMillimetre one link, per bit and millimetre
/// @param backgroundWattsPerGigabyte DRAM standby
/// @param leakageWattsPerMillimetre2 logic leakage
public record EnergyTable(
        double activatePicojoulesPerRowBit,
        double columnPicojoulesPerBit,
        double sramPicojoulesPerBit,
        Map<Precision, Double> macPicojoules,
        double specialPicojoules,
        double routerPicojoulesPerBit,
        double wirePicojoulesPerBitMillimetre,
        double backgroundWattsPerGigabyte,
        double leakageWattsPerMillimetre2) {

    public EnergyTable {
        macPicojoules = Map.copyOf(macPicojoules);
    }
}
