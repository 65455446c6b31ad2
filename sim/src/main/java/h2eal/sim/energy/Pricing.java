package h2eal.sim.energy;

import h2eal.hardware.Accelerator;
import h2eal.hardware.BankSpec;
import h2eal.hardware.EnergyTable;
import h2eal.model.Precision;
import java.util.EnumMap;
import java.util.Map;

/// Prices of one accelerator: [ActionCounts] x [EnergyTable] -> [EnergyReport].
public final class Pricing {

    private static final double BITS_PER_BYTE = 8;
    /// 1 W for 1 ns is 1 nJ.
    private static final double PICOJOULES_PER_WATT_NANOSECOND = 1000;
    /// JEDEC: that many refresh commands visit every row of a bank once.
    private static final long REFRESH_COMMANDS = 8192;

    private final Accelerator accelerator;
    private final EnergyTable table;

    public Pricing(Accelerator accelerator) {
        this.accelerator = accelerator;
        this.table = accelerator.energy();
    }

    /// Power drawn by time, whatever happens: DRAM background and refresh, and leakage.
    public double staticWatts() {
        double refreshWatts = refreshedRowsPerNanosecond() * rowPicojoules() / PICOJOULES_PER_WATT_NANOSECOND;
        return backgroundWatts() + leakageWatts() + refreshWatts;
    }

    /// Rows of all banks that are refreshed within `nanoseconds`.
    public long refreshedRows(double nanoseconds) {
        return Math.round(refreshedRowsPerNanosecond() * nanoseconds);
    }

    private double refreshedRowsPerNanosecond() {
        BankSpec bank = accelerator.bank();
        if (bank.timing().tRefi() == 0) {
            return 0;
        }
        double retentionNanoseconds = REFRESH_COMMANDS * (bank.timing().tRefi() * accelerator.cycleNanoseconds());
        return accelerator.banks() * bank.rows() / retentionNanoseconds;
    }

    private double rowPicojoules() {
        return accelerator.bank().rowBytes() * BITS_PER_BYTE * table.activatePicojoulesPerRowBit();
    }

    /// Energy of `counts` that happened within `nanoseconds`.
    ///
    /// @throws IllegalArgumentException if an action has no price
    public EnergyReport price(ActionCounts counts, double nanoseconds) {
        double hopBits = counts.hopBytes() * BITS_PER_BYTE;
        double staticPicojoules = nanoseconds * PICOJOULES_PER_WATT_NANOSECOND;
        Map<EnergyComponent, Double> energy = new EnumMap<>(EnergyComponent.class);
        for (EnergyComponent component : EnergyComponent.values()) {
            energy.put(
                    component,
                    switch (component) {
                        case DRAM_ACTIVATE -> counts.activations() * rowPicojoules();
                        case DRAM_COLUMN -> counts.dramBytes() * BITS_PER_BYTE * table.columnPicojoulesPerBit();
                        case DRAM_REFRESH -> counts.refreshedRows() * rowPicojoules();
                        case DRAM_BACKGROUND -> staticPicojoules * backgroundWatts();
                        case SRAM -> counts.sramBytes() * BITS_PER_BYTE * table.sramPicojoulesPerBit();
                        case MAC -> macPicojoules(counts.macs());
                        case SPECIAL -> counts.specials() * table.specialPicojoules();
                        case SELECTOR ->
                            counts.scores() * table.scorePicojoules()
                                    + counts.candidates() * table.candidatePicojoules();
                        case NOC_ROUTER -> hopBits * table.routerPicojoulesPerBit();
                        case NOC_WIRE ->
                            hopBits
                                    * table.wirePicojoulesPerBitMillimetre()
                                    * accelerator.noc().tilePitchMillimetres();
                        case LEAKAGE -> staticPicojoules * leakageWatts();
                    });
        }
        return new EnergyReport(energy);
    }

    private double backgroundWatts() {
        return accelerator.capacityBytes() / 1e9 * table.backgroundWattsPerGigabyte();
    }

    private double leakageWatts() {
        return accelerator.mesh().tiles() * accelerator.tile().areaMillimetres2() * table.leakageWattsPerMillimetre2();
    }

    private double macPicojoules(Map<Precision, Long> macs) {
        double picojoules = 0;
        // In declaration order, so that the sum does not depend on how the map was built.
        for (Precision type : Precision.values()) {
            long count = macs.getOrDefault(type, 0L);
            Double price = table.macPicojoules().get(type);
            if (count > 0 && price == null) {
                throw new IllegalArgumentException("%s has no energy for a %s MAC, only for %s"
                        .formatted(
                                accelerator.name(), type, table.macPicojoules().keySet()));
            }
            picojoules += count == 0 ? 0 : count * price;
        }
        return picojoules;
    }
}
