package h2eal.mapping.cost;

import h2eal.hardware.Accelerator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Softmax partials by recursive halving: in round r tiles i and i + 2^r exchange one half of what both still hold, so
/// that in the end every tile has its part of the outputs, which is how the output projection sends them on. Parts of
/// one flit are not halved again: in later rounds tile i + 2^r sends its part and is done. Tiles beyond the largest
/// power of two hand over their whole partial before.
///
/// @param whole a whole partial handed over
/// @param halvings rounds that halve
/// @param rounds what is sent in each round
public record PartialHalving(MergeStep whole, int halvings, List<MergeStep> rounds) implements Merging {

    /// Halving of outputs of `outputBytes` bytes on an accelerator, down to one flit.
    ///
    /// @param step what is sent when the outputs have been halved so many times
    public static PartialHalving of(long outputBytes, Accelerator accelerator, IntFunction<MergeStep> step) {
        int halvings = log2((int) Math.max(1, outputBytes / accelerator.noc().flitBytes()));
        return new PartialHalving(
                step.apply(0),
                halvings,
                IntStream.rangeClosed(1, log2(accelerator.mesh().tiles()))
                        .mapToObj(round -> step.apply(Math.min(round, halvings)))
                        .toList());
    }

    private static int log2(int number) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(number);
    }

    /// From the middle the query has the shortest way.
    @Override
    public List<Integer> order(GroupTree tree, List<Integer> run) {
        return tree.order(run, run.get(run.size() / 2));
    }

    @Override
    public double cycles(GroupTree tree, List<Integer> tiles) {
        int power = Integer.highestOneBit(tiles.size());
        double[] at = new double[power];
        for (int i = power; i < tiles.size(); i++) {
            at[i - power] = arrival(tree, 0, 0, tiles.get(i), tiles.get(i - power), whole);
        }
        for (int round = 0; 1 << round < power; round++) {
            double[] next = at.clone();
            for (int i = 0; i < power; i++) {
                int other = i ^ 1 << round;
                if (receives(i, round)) {
                    next[i] = arrival(tree, at[i], at[other], tiles.get(other), tiles.get(i), rounds.get(round));
                }
            }
            at = next;
        }
        double last = 0;
        for (double each : at) {
            last = Math.max(last, each);
        }
        return last;
    }

    /// Whether a tile of the power of two receives in a round: those that sent their part in this one or before are
    /// done.
    public boolean receives(int index, int round) {
        int sent = (1 << round + 1) - (1 << Math.min(halvings, round + 1));
        return (index & sent) == 0;
    }

    /// How many of `tiles` tiles hold equal parts of the outputs in the end: the first ones.
    public int holders(int tiles) {
        return Math.min(Integer.highestOneBit(tiles), 1 << halvings);
    }

    private static double arrival(GroupTree tree, double own, double sent, int from, int to, MergeStep step) {
        return Math.max(own + step.combineCycles(), sent + tree.sendCycles(from, to, step.bytes()) + step.tailCycles());
    }

    /// Neighbours in every round. A partial handed over before travels on in the rounds that halve; later it may stay
    /// where it is, and is only combined with what comes.
    @Override
    public double leastCycles(GroupTree tree, int tiles) {
        int power = Integer.highestOneBit(tiles);
        double handedOver = tiles == power ? 0 : least(tree, whole);
        double others = 0;
        for (int round = 0; 1 << round < power; round++) {
            MergeStep step = rounds.get(round);
            others += least(tree, step);
            handedOver += round < halvings ? least(tree, step) : step.combineCycles();
        }
        return Math.max(handedOver, others);
    }

    private static double least(GroupTree tree, MergeStep step) {
        return Math.max(step.combineCycles(), tree.sendCycles(1, step.bytes()) + step.tailCycles());
    }

    @Override
    public double receivingCycles(GroupTree tree, int index, int tiles) {
        int power = Integer.highestOneBit(tiles);
        if (index >= power) {
            return 0;
        }
        double cycles = index + power < tiles ? receiving(tree, whole) : 0;
        for (int round = 0; 1 << round < power; round++) {
            cycles += receives(index, round) ? receiving(tree, rounds.get(round)) : 0;
        }
        return cycles;
    }

    private static double receiving(GroupTree tree, MergeStep step) {
        return tree.sendCycles(0, step.bytes()) + step.tailCycles();
    }
}
