package h2eal.sim.noc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.hardware.Accelerator;
import h2eal.sim.Accelerators;
import h2eal.sim.timeline.Timeline;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class NetworkTest {

    private static final Accelerator EDGE = Accelerators.edge(4, 4);
    /// Interface cycles (2.5 ns) of one hop (3 cycles of 0.6 GHz), and of one flit of 32 bytes.
    private static final double HOP = 2.0;
    private static final double FLIT = 2.0 / 3;

    private final Network network = new Network(EDGE, Timeline.OFF);

    /// Unloaded latency: hops x hop + flits.
    @Property
    void loneTransferTakesItsHopsAndFlits(
            @ForAll @IntRange(max = 15) int from,
            @ForAll @IntRange(max = 15) int to,
            @ForAll @IntRange(min = 1, max = 5000) int bytes) {
        int hops = EDGE.mesh().hops(from, to);
        double expected = from == to ? 0 : hops * HOP + Math.ceilDiv(bytes, 32) * FLIT;

        assertThat(new Network(EDGE, Timeline.OFF).send(100, from, to, bytes)).isCloseTo(100 + expected, within(1e-9));
    }

    @Test
    void bytesAreCountedOncePerHop() {
        network.send(0, 0, 15, 100);
        assertThat(network.hopBytes()).isEqualTo(600);
        assertThat(Arrays.stream(network.hopBusyCycles()).sum()).isCloseTo(6 * 4 * FLIT, within(1e-9));
    }

    @Test
    void secondMessageOnTheSameLinkWaitsForTheTailOfTheFirst() {
        network.send(0, 0, 1, 320);
        assertThat(network.send(0, 0, 1, 320)).isCloseTo(20 * FLIT + HOP, within(1e-9));
    }

    @Test
    void messagesOnDisjointRoutesDoNotMeet() {
        network.send(0, 0, 1, 320);
        assertThat(network.send(0, 15, 14, 320)).isCloseTo(10 * FLIT + HOP, within(1e-9));
    }

    /// A blocked head keeps the links behind it: 0 -> 2 is blocked at the door of tile 2 by the long message 6 -> 2, so
    /// a message 0 -> 1 that follows waits although nothing else uses its link.
    @Test
    void blockedMessageHoldsTheLinksBehindIt() {
        double long62 = network.send(0, 6, 2, 3200);
        double blocked = network.send(0, 0, 2, 32);
        double behind = network.send(0, 0, 1, 32);

        assertThat(blocked).isCloseTo(long62 + FLIT, within(1e-9));
        assertThat(behind).isGreaterThan(long62 - 3 * HOP);
    }

    @Test
    void multicastUsesEverySharedLinkOnce() {
        double[] arrival = network.multicast(0, 0, List.of(0, 1, 2, 3), 64);

        assertThat(arrival)
                .containsExactly(
                        new double[] {0, HOP + 2 * FLIT, 2 * HOP + 2 * FLIT, 3 * HOP + 2 * FLIT}, within(1e-9));
        assertThat(network.hopBytes()).isEqualTo(3 * 64);
    }

    @Property(tries = 200)
    void fasterNetworkIsNeverSlower(@ForAll long seed) {
        assertThat(lastArrival(Accelerators.edgeTwiceAsWide(4, 4), seed))
                .isLessThanOrEqualTo(lastArrival(EDGE, seed) + 1e-9);
    }

    private static double lastArrival(Accelerator accelerator, long seed) {
        Random random = new Random(seed);
        Network network = new Network(accelerator, Timeline.OFF);
        double last = 0;
        for (int i = 0; i < 50; i++) {
            last = Math.max(
                    last,
                    network.send(
                            random.nextInt(200), random.nextInt(16), random.nextInt(16), 1 + random.nextInt(2000)));
        }
        return last;
    }

    @Test
    void emptyTransferIsRefused() {
        assertThatThrownBy(() -> network.send(0, 0, 1, 0)).hasMessageContaining("at least one byte: 0");
    }
}
