package h2eal.sim.noc;

import java.util.Arrays;

/// What a set of transfers cost, independent of when they ran.
///
/// @param cycles from the first start to the last arrival
/// @param hopBytes bytes times hops
/// @param busyCycles busy cycles of every link, in the order of [Network#linkName]
public record NetworkUse(double cycles, long hopBytes, double[] busyCycles) {

    public NetworkUse {
        busyCycles = busyCycles.clone();
    }

    @Override
    public double[] busyCycles() {
        return busyCycles.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NetworkUse that
                && cycles == that.cycles
                && hopBytes == that.hopBytes
                && Arrays.equals(busyCycles, that.busyCycles);
    }

    @Override
    public int hashCode() {
        return Double.hashCode(cycles) * 31 + Long.hashCode(hopBytes);
    }
}
