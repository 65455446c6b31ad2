package h2eal.sim.machine;

import h2eal.sim.report.UnitUse;
import h2eal.sim.report.Utilisation;
import java.util.Arrays;

/// Busy cycles of every bank, tile and link between two routers.
public final class BusyTime {

    private final double[] banks;
    private final double[] tiles;
    private final double[] links;

    /// Busy cycles in the order of banks, tiles and [h2eal.sim.noc.Network#hopBusyCycles].
    public BusyTime(double[] banks, double[] tiles, double[] links) {
        this.banks = banks;
        this.tiles = tiles;
        this.links = links;
    }

    /// Nothing was busy yet.
    public static BusyTime none(int banks, int tiles, int links) {
        return new BusyTime(new double[banks], new double[tiles], new double[links]);
    }

    /// Adds what units did between two snapshots.
    public void addBetween(BusyTime before, BusyTime after) {
        addBetween(banks, before.banks, after.banks);
        addBetween(tiles, before.tiles, after.tiles);
        addBetween(links, before.links, after.links);
    }

    private static void addBetween(double[] sum, double[] before, double[] after) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += after[i] - before[i];
        }
    }

    /// Busy shares of `cycles` cycles.
    public Utilisation over(long cycles) {
        return new Utilisation(shares(banks, cycles), shares(tiles, cycles), shares(links, cycles));
    }

    private static UnitUse shares(double[] busy, long cycles) {
        return new UnitUse(
                Arrays.stream(busy).mapToObj(each -> Math.min(1, each / cycles)).toList());
    }
}
