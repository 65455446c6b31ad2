package h2eal.sim;

import h2eal.hardware.Accelerator;
import h2eal.hardware.BankSpec;
import h2eal.hardware.DramTiming;
import h2eal.hardware.EnergyTable;
import h2eal.hardware.Mesh;
import h2eal.hardware.NocSpec;
import h2eal.hardware.TileSpec;
import h2eal.model.Precision;
import java.util.Map;

/// Accelerators for tests, with the timing of `hb-edge`.
public final class Accelerators {

    private Accelerators() {}

    /// One bank per tile, 25.6 GB/s each, on a mesh of the given size.
    public static Accelerator edge(int rows, int columns) {
        return with(rows, columns, tile(1, 1), bank(64L << 20, 1), noc(1));
    }

    /// The same with every bandwidth doubled: bytes per burst, MACs, special functions, selector and links.
    public static Accelerator edgeTwiceAsWide(int rows, int columns) {
        return with(rows, columns, tile(1, 2), bank(64L << 20, 2), noc(2));
    }

    /// Several banks per tile.
    public static Accelerator edge(int rows, int columns, int banks) {
        return with(rows, columns, tile(banks, 1), bank(64L << 20, 1), noc(1));
    }

    public static Accelerator with(int rows, int columns, TileSpec tile, BankSpec bank, NocSpec noc) {
        return new Accelerator("test", 0.6, new Mesh(rows, columns), tile, bank, noc, energy(), 1000);
    }

    public static TileSpec tile(int banks, int factor) {
        return new TileSpec(
                banks,
                Map.of(Precision.F16, 128 * factor, Precision.INT8, 256 * factor),
                16 * factor,
                11,
                128 * factor,
                factor,
                32 << 10,
                32 << 10,
                4 << 10,
                6.76);
    }

    public static BankSpec bank(long capacityBytes, int factor) {
        DramTiming timing = new DramTiming(2.5, 1, 6, 4, 6, 6, 14, 20, 7, 2, 4, 2, 1560, 104);
        return new BankSpec(capacityBytes, 2048, 64 * factor, timing);
    }

    public static NocSpec noc(int factor) {
        return new NocSpec(32 * factor, 2, 1, 2.6);
    }

    public static EnergyTable energy() {
        return new EnergyTable(
                0.1,
                0.78,
                0.03,
                Map.of(Precision.F16, 1.0, Precision.INT8, 0.23),
                5.4,
                1.0,
                0.6,
                0.06,
                0.1,
                0.096,
                0.01);
    }
}
