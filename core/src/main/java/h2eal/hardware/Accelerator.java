package h2eal.hardware;

import h2eal.model.Precision;
import java.util.Objects;

/// A logic die hybrid-bonded face to face to DRAM: a mesh of tiles, each over its own banks.
///
/// **One clock.** Every cycle the simulator and the schedules speak of is a cycle of the bank interface; rates of the
/// logic are converted by [#logicCyclesPerCycle].
///
/// @param name the preset's name, as in `configs/hardware/`
/// @param logicGigahertz clock of tiles and network
/// @param powerCapWatts sustained power the package can cool
public record Accelerator(
        String name,
        double logicGigahertz,
        Mesh mesh,
        TileSpec tile,
        BankSpec bank,
        NocSpec noc,
        EnergyTable energy,
        double powerCapWatts) {

    public Accelerator {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(mesh, "mesh");
        Objects.requireNonNull(tile, "tile");
        Objects.requireNonNull(bank, "bank");
        Objects.requireNonNull(noc, "noc");
        Objects.requireNonNull(energy, "energy");
        if (!(logicGigahertz > 0) || !(powerCapWatts > 0)) {
            throw new IllegalArgumentException("logicGigahertz and powerCapWatts must be positive: %s, %s"
                    .formatted(logicGigahertz, powerCapWatts));
        }
    }

    /// Logic cycles in one cycle of the bank interface.
    public double logicCyclesPerCycle() {
        return logicGigahertz * bank.timing().clockNanoseconds();
    }

    /// Multiply-accumulates of one tile in one cycle.
    public double macsPerCycle(Precision type) {
        Integer rate = tile.macsPerCycle().get(type);
        if (rate == null) {
            throw new IllegalArgumentException("%s has no MAC rate for %s, only for %s"
                    .formatted(name, type, tile.macsPerCycle().keySet()));
        }
        return rate * logicCyclesPerCycle();
    }

    /// Bytes one link of the network moves in one cycle.
    public double linkBytesPerCycle() {
        return noc.flitBytes() * logicCyclesPerCycle();
    }

    /// Cycles of one hop, as a fraction.
    public double hopCycles() {
        return noc.hopCycles() / logicCyclesPerCycle();
    }

    /// Bytes on which a tile computes at a time: one row of every bank, or what half its stream SRAM holds.
    public int chunkBytes() {
        return Math.min(tile.streamBytes() / 2, tile.banks() * bank.rowBytes());
    }

    /// Nanoseconds of one cycle.
    public double cycleNanoseconds() {
        return bank.timing().clockNanoseconds();
    }

    /// Banks of all tiles.
    public int banks() {
        return tile.banks() * mesh.tiles();
    }

    /// Bytes per cycle while every bank streams an open row: the peak of the whole accelerator.
    public double peakBytesPerCycle() {
        return banks() * bank.peakBytesPerCycle();
    }

    /// Bytes of all banks.
    public long capacityBytes() {
        return bank.capacityBytes() * banks();
    }
}
