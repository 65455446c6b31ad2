package h2eal.sim.noc;

import h2eal.mapping.cost.MergeStep;
import h2eal.mapping.cost.PartialHalving;
import java.util.Arrays;
import java.util.List;

/// Transfers among many tiles, made of explicit messages on a [Network]. `ready[i]` is the cycle at which the data of
/// `tiles.get(i)` is ready; every method returns when the last tile that needs the result has it.
public final class Collectives {

    private Collectives() {}

    /// Every other tile sends `bytes` to the first one; they queue at its door. Unloaded time of n - 1 equal messages:
    /// `hops of the first + (n - 1) x flits`.
    public static double gather(Network network, double[] ready, List<Integer> tiles, long bytes) {
        double done = ready[0];
        for (int i = 1; i < ready.length; i++) {
            done = Math.max(done, network.send(ready[i], tiles.get(i), tiles.getFirst(), bytes));
        }
        return done;
    }

    /// Recursive halving: in round r tiles i and i + 2^r exchange one half of what both still hold, and combine it with
    /// their own half; after `halvings` rounds the latter only sends its part, and is done. Tiles beyond the largest
    /// power of two hand over their whole vector before. Afterwards the first `2^halvings` tiles, if there are as many,
    /// hold equal parts of the result.
    ///
    /// @param halving what is sent in each round, and by whom
    public static double reduceHalving(Network network, double[] ready, List<Integer> tiles, PartialHalving halving) {
        MergeStep whole = halving.whole();
        int power = Integer.highestOneBit(ready.length);
        double[] at = Arrays.copyOf(ready, power);
        for (int i = power; i < ready.length; i++) {
            double arrival = network.send(ready[i], tiles.get(i), tiles.get(i - power), whole.bytes());
            at[i - power] = Math.max(at[i - power] + whole.combineCycles(), arrival + whole.tailCycles());
        }
        for (int round = 0; 1 << round < power; round++) {
            MergeStep step = halving.rounds().get(round);
            double[] next = at.clone();
            for (int i = 0; i < power; i++) {
                int other = i ^ 1 << round;
                if (halving.receives(i, round)) {
                    double arrival = network.send(at[other], tiles.get(other), tiles.get(i), step.bytes());
                    next[i] = Math.max(at[i] + step.combineCycles(), arrival + step.tailCycles());
                }
            }
            at = next;
        }
        return max(at);
    }

    /// Sorted lists merged along a chain, best entries first: a tile passes on the better of its own next entry and
    /// the next one it receives, so that all tiles work at the same time. The last tile has the merged list after one
    /// hop, flit and entry per tile, and then the length of one list.
    ///
    /// @param ready cycle at which each tile has its sorted list
    /// @param bytes one list
    /// @param entryCycles comparing one entry
    /// @param listCycles passing on a whole list
    public static double mergeChain(
            Network network, double[] ready, List<Integer> tiles, long bytes, double entryCycles, double listCycles) {
        double behindFirst = network.bodyCycles(bytes) - network.bodyCycles(1);
        double first = ready[0];
        for (int i = 1; i < ready.length; i++) {
            double arrival = network.send(first, tiles.get(i - 1), tiles.get(i), bytes) - behindFirst;
            first = Math.max(ready[i], arrival) + entryCycles;
        }
        return ready.length == 1 ? first : first + listCycles;
    }

    /// Ring reduce-scatter of a vector of `bytes` that every tile holds a summand of: n - 1 steps, in each of which
    /// every tile passes one n-th of the vector to the next and adds what it receives. Afterwards each tile holds its
    /// n-th of the sum.
    public static double reduceScatter(
            Network network, double[] ready, List<Integer> tiles, long bytes, double combineCycles) {
        int count = ready.length;
        long part = Math.ceilDiv(bytes, count);
        double[] at = ready.clone();
        for (int step = 1; step < count; step++) {
            double[] next = new double[count];
            for (int i = 0; i < count; i++) {
                int to = (i + 1) % count;
                double arrival = network.send(at[i], tiles.get(i), tiles.get(to), part);
                next[to] = Math.max(at[to], arrival) + combineCycles;
            }
            at = next;
        }
        return max(at);
    }

    /// Every tile sends its part of `bytes` to all others.
    public static double allGather(Network network, double[] ready, List<Integer> tiles, long bytes) {
        double done = max(ready);
        for (int i = 0; i < ready.length; i++) {
            done = Math.max(done, max(network.multicast(ready[i], tiles.get(i), tiles, bytes)));
        }
        return done;
    }

    private static double max(double[] cycles) {
        double max = 0;
        for (double cycle : cycles) {
            max = Math.max(max, cycle);
        }
        return max;
    }
}
