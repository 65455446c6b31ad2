package h2eal.sim.noc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.hardware.Accelerator;
import h2eal.mapping.cost.GroupTree;
import h2eal.mapping.cost.MergeStep;
import h2eal.mapping.cost.PartialHalving;
import h2eal.sim.Accelerators;
import h2eal.sim.timeline.Timeline;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Closed forms on an idle 4 x 4 mesh: a hop is 2 cycles of the bank interface, a flit of 32 bytes 2/3.
class CollectivesTest {

    private static final Accelerator EDGE = Accelerators.edge(4, 4);
    private static final double HOP = 2.0;
    private static final double FLIT = 2.0 / 3;
    private static final List<Integer> ROW = List.of(0, 1, 2, 3);
    private static final List<Integer> ALL = IntStream.range(0, 16).boxed().toList();

    private final Network network = new Network(EDGE, Timeline.OFF);

    /// The nearest message arrives after its hop; the others follow back to back through the door of the root.
    @Test
    void gatherIsSerialAtTheRoot() {
        assertThat(Collectives.gather(network, new double[4], ROW, 320)).isCloseTo(HOP + 3 * 10 * FLIT, within(1e-9));
    }

    /// Two rounds on a square of four tiles, neighbours in both: 10 flits, then 5.
    @Test
    void halvingExchangesLessFromRoundToRound() {
        MergeStep whole = new MergeStep(640, 9, 3);
        List<MergeStep> rounds = List.of(new MergeStep(320, 5, 2), new MergeStep(160, 4, 1));
        double expected = HOP + 10 * FLIT + 2 + HOP + 5 * FLIT + 1;
        assertThat(Collectives.reduceHalving(
                        network, new double[4], List.of(0, 1, 4, 5), new PartialHalving(whole, 2, rounds)))
                .isCloseTo(expected, within(1e-9));
        assertThat(network.hopBytes()).isEqualTo(4 * 320 + 4 * 160);
    }

    /// In a row both messages of one direction of the second round need the link in the middle.
    @Test
    void exchangesOverTheSameLinkWaitForEachOther() {
        MergeStep whole = new MergeStep(640, 9, 3);
        List<MergeStep> rounds = List.of(new MergeStep(320, 5, 2), new MergeStep(160, 4, 1));
        double alone = HOP + 10 * FLIT + 2 + 2 * HOP + 5 * FLIT + 1;
        assertThat(Collectives.reduceHalving(network, new double[4], ROW, new PartialHalving(whole, 2, rounds)))
                .isBetween(alone + 5 * FLIT, alone + 5 * FLIT + HOP + 1e-9);
    }

    /// Without halving the second round is one message, as in a tree.
    @Test
    void partsOfOneFlitAreNotHalvedAgain() {
        MergeStep whole = new MergeStep(640, 9, 3);
        List<MergeStep> rounds = List.of(new MergeStep(320, 5, 2), new MergeStep(320, 5, 2));
        double expected = 2 * (HOP + 10 * FLIT + 2);
        assertThat(Collectives.reduceHalving(
                        network, new double[4], List.of(0, 1, 4, 5), new PartialHalving(whole, 1, rounds)))
                .isCloseTo(expected, within(1e-9));
        assertThat(network.hopBytes()).isEqualTo(4 * 320 + 2 * 320);
    }

    /// The third tile hands over its whole vector to the first one, two hops away.
    @Test
    void tilesBeyondAPowerOfTwoHandOverTheirWholeVector() {
        MergeStep whole = new MergeStep(640, 9, 3);
        double expected = 2 * HOP + 20 * FLIT + 3 + HOP + 10 * FLIT + 2;
        assertThat(Collectives.reduceHalving(
                        network,
                        new double[3],
                        ROW.subList(0, 3),
                        new PartialHalving(whole, 1, List.of(new MergeStep(320, 5, 2)))))
                .isCloseTo(expected, within(1e-9));
    }

    /// A receiver that is late combines all at once; one that waits has only the last flit left.
    @Test
    void whoIsLateCombinesAll() {
        List<MergeStep> rounds = List.of(new MergeStep(320, 5, 2));
        double done = Collectives.reduceHalving(
                network,
                new double[] {0, 100},
                ROW.subList(0, 2),
                new PartialHalving(new MergeStep(640, 9, 3), 1, rounds));
        assertThat(done).isCloseTo(Math.max(100 + 5, 100 + HOP + 10 * FLIT + 2), within(1e-9));
    }

    /// One hop, flit and entry per tile, then one list.
    @Test
    void sortedListsMergeWhileTheyTravel() {
        assertThat(Collectives.mergeChain(network, new double[4], ROW, 320, 0.5, 40))
                .isCloseTo(3 * (HOP + FLIT + 0.5) + 40, within(1e-9));
    }

    /// n - 1 steps of one part each between neighbours; the ring's closing link is 3 hops long and is crossed once by
    /// every part.
    @Test
    void reduceScatterMovesOnePartPerStep() {
        double[] ready = new double[16];
        double step = HOP + 2 * FLIT + 1;
        double done = Collectives.reduceScatter(network, ready, GroupTree.snake(EDGE.mesh()), 16 * 64, 1);
        assertThat(done).isBetween(15 * step, 15 * step + 2 * HOP + 1e-9);
        assertThat(network.hopBytes()).isEqualTo(15L * 64 * (15 + 3));
    }

    /// Every tile must receive the parts of the 15 others through its door: no faster than 15 parts plus one hop, and
    /// the links into a corner carry at most all of them.
    @Test
    void allGatherIsBoundByTheDoorOfATile() {
        double done = Collectives.allGather(network, new double[16], ALL, 128);
        double door = 15 * 4 * FLIT;
        assertThat(done).isBetween(door + HOP, 2 * door + 6 * HOP);
    }

    @Test
    void snakeVisitsNeighbours() {
        List<Integer> snake = GroupTree.snake(EDGE.mesh());
        assertThat(snake).containsExactly(0, 1, 2, 3, 7, 6, 5, 4, 8, 9, 10, 11, 15, 14, 13, 12);
    }

    @Test
    void singleTileNeedsNoNetwork() {
        double[] ready = {7};
        assertThat(Collectives.reduceHalving(
                        network, ready, List.of(5), new PartialHalving(new MergeStep(100, 3, 1), 0, List.of())))
                .isEqualTo(7);
        assertThat(Collectives.allGather(network, ready, List.of(5), 100)).isEqualTo(7);
        assertThat(network.hopBytes()).isZero();
    }
}
