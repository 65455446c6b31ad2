package h2eal.mapping.spread;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The deals that a plan needs: heads of many layers have the same shares, so that each is worked out once. Mutable;
/// lives only while a plan is placed.
public final class Deals {

    private final Map<Deal, Interleave> known = new HashMap<>();

    private record Deal(List<Double> shares, int period) {}

    /// The deal by `shares` over `period` units.
    Interleave of(List<Double> shares, int period) {
        return known.computeIfAbsent(new Deal(shares, period), deal -> Interleave.of(deal.shares(), deal.period()));
    }
}
