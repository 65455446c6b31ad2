package h2eal.mapping;

import h2eal.hardware.Accelerator;
import h2eal.hardware.BankSpec;
import h2eal.hardware.DramTiming;
import h2eal.hardware.EnergyTable;
import h2eal.hardware.Mesh;
import h2eal.hardware.NocSpec;
import h2eal.hardware.TileSpec;
import h2eal.model.Precision;
import java.util.Map;

/// Accelerators for tests, with the numbers of the presets of the same name.
public final class TestAccelerators {

    private TestAccelerators() {}

    /// One PE per 256 MiB bank of 25.6 GB/s (`hb-edge`).
    public static Accelerator edge(int rows, int columns) {
        DramTiming timing = new DramTiming(2.5, 1, 6, 4, 6, 6, 14, 20, 7, 2, 4, 2, 1562, 40);
        return accelerator(
                "hb-edge",
                0.6,
                new Mesh(rows, columns),
                tile(1, 128),
                new BankSpec(256L << 20, 2048, 64, timing),
                new NocSpec(32, 2, 1, 2.6));
    }

    /// Eight banks of 12.8 GB/s per tile (`hb-silicon`).
    public static Accelerator silicon(int rows, int columns) {
        DramTiming timing = new DramTiming(2.5, 2, 6, 4, 6, 6, 14, 20, 7, 2, 4, 1, 1560, 104);
        return accelerator(
                "hb-silicon",
                0.4,
                new Mesh(rows, columns),
                tile(8, 512),
                new BankSpec(32L << 20, 2048, 64, timing),
                new NocSpec(32, 2, 1, 3.2));
    }

    private static TileSpec tile(int banks, int macs) {
        return new TileSpec(
                banks,
                Map.of(Precision.F16, macs, Precision.INT8, 2 * macs),
                16,
                11,
                macs,
                1,
                32768,
                32768,
                4096,
                6.76);
    }

    private static Accelerator accelerator(
            String name, double gigahertz, Mesh mesh, TileSpec tile, BankSpec bank, NocSpec noc) {
        EnergyTable energy = new EnergyTable(
                0.1,
                0.78,
                0.03,
                Map.of(Precision.F16, 1.0, Precision.INT8, 0.23),
                5.4,
                1.0,
                0.6,
                0.06,
                0.1,
                0.127,
                0.01);
        return new Accelerator(name, gigahertz, mesh, tile, bank, noc, energy, 15);
    }
}
