package h2eal.sim.report;

import java.util.List;

/// Utilisation of units of one kind: the busy share of each, from 0 to 1.
///
/// @param each one share per unit, in the order of tiles; empty when there are no such units
public record UnitUse(List<Double> each) {

    public UnitUse {
        each = List.copyOf(each);
        for (double share : each) {
            if (!(share >= 0 && share <= 1 + 1e-9)) {
                throw new IllegalArgumentException("a unit is busy for a share of the time: " + share);
            }
        }
    }

    /// The mean share, 0 without units.
    public double mean() {
        return each.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    /// The largest share, 0 without units.
    public double max() {
        return each.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }
}
