package h2eal.sim.noc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.hardware.Accelerator;
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

    /// Two rounds on four tiles in a row: neighbours (1 hop), then two hops; each combines in 5 cycles.
    @Test
    void treeReductionTakesLogarithmicRounds() {
        double round1 = HOP + 10 * FLIT + 5;
        double round2 = 2 * HOP + 10 * FLIT + 5;
        assertThat(Collectives.reduceTree(network, new double[4], ROW, 320, 5))
                .isCloseTo(round1 + round2, within(1e-9));
    }

    @Test
    void chainReductionTakesOneHopPerTile() {
        assertThat(Collectives.reduceChain(network, new double[4], ROW, 320, 5))
                .isCloseTo(3 * (HOP + 10 * FLIT + 5), within(1e-9));
    }

    /// n - 1 steps of one part each between neighbours; the ring's closing link is 3 hops long and is crossed once by
    /// every part.
    @Test
    void reduceScatterMovesOnePartPerStep() {
        double[] ready = new double[16];
        double step = HOP + 2 * FLIT + 1;
        double done = Collectives.reduceScatter(network, ready, Collectives.snake(16, 4), 16 * 64, 1);
        assertThat(done).isBetween(15 * step, 15 * step + 2 * HOP + 1e-9);
        assertThat(network.hopBytes()).isEqualTo(15L * 64 * (15 + 3));
    }

    /// Every tile must receive the parts of the 15 others through its door: no faster than 15 parts plus one hop, and
    /// the
    /// links into a corner carry at most all of them.
    @Test
    void allGatherIsBoundByTheDoorOfATile() {
        double done = Collectives.allGather(network, new double[16], ALL, 128);
        double door = 15 * 4 * FLIT;
        assertThat(done).isBetween(door + HOP, 2 * door + 6 * HOP);
    }

    @Test
    void snakeVisitsNeighbours() {
        List<Integer> snake = Collectives.snake(16, 4);
        assertThat(snake).containsExactly(0, 1, 2, 3, 7, 6, 5, 4, 8, 9, 10, 11, 15, 14, 13, 12);
    }

    @Test
    void singleTileNeedsNoNetwork() {
        double[] ready = {7};
        assertThat(Collectives.reduceTree(network, ready, List.of(5), 100, 3)).isEqualTo(7);
        assertThat(Collectives.allGather(network, ready, List.of(5), 100)).isEqualTo(7);
        assertThat(network.hopBytes()).isZero();
    }
}
