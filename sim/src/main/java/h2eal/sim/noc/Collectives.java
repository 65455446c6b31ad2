package h2eal.sim.noc;

import java.util.List;
import java.util.stream.IntStream;

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

    /// Binomial tree: in round r the tiles whose index is an odd multiple of 2^r send to the one 2^r before them, which
    /// combines both in `combineCycles`. The first tile has the result after `ceil(log2 n)` rounds.
    public static double reduceTree(
            Network network, double[] ready, List<Integer> tiles, long bytes, double combineCycles) {
        double[] at = ready.clone();
        for (int distance = 1; distance < at.length; distance *= 2) {
            for (int i = distance; i < at.length; i += 2 * distance) {
                double arrival = network.send(at[i], tiles.get(i), tiles.get(i - distance), bytes);
                at[i - distance] = Math.max(at[i - distance], arrival) + combineCycles;
            }
        }
        return at[0];
    }

    /// Chain: the last tile sends to the one before it, which combines and passes on, until the first tile has the
    /// result. n - 1 neighbour hops, but no link is used twice.
    public static double reduceChain(
            Network network, double[] ready, List<Integer> tiles, long bytes, double combineCycles) {
        double at = ready[ready.length - 1];
        for (int i = ready.length - 1; i > 0; i--) {
            double arrival = network.send(at, tiles.get(i), tiles.get(i - 1), bytes);
            at = Math.max(ready[i - 1], arrival) + combineCycles;
        }
        return at;
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

    /// All tiles of a mesh of `columns` columns in the order of a snake, every tile next to its predecessor: the ring
    /// of
    /// [#reduceScatter].
    public static List<Integer> snake(int tiles, int columns) {
        return IntStream.range(0, tiles)
                .map(i -> i / columns % 2 == 0 ? i : (i / columns + 1) * columns - 1 - i % columns)
                .boxed()
                .toList();
    }

    private static double max(double[] cycles) {
        double max = 0;
        for (double cycle : cycles) {
            max = Math.max(max, cycle);
        }
        return max;
    }
}
