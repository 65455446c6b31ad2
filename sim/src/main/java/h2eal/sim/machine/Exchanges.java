package h2eal.sim.machine;

import h2eal.hardware.Accelerator;
import h2eal.mapping.cost.GroupTree;
import h2eal.sim.noc.Collectives;
import h2eal.sim.noc.Network;
import h2eal.sim.noc.NetworkUse;
import h2eal.sim.timeline.Timeline;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Exchanges of vectors between phases, when the network is idle and all data is ready at once. What such an exchange
/// costs depends on its shape only, so each shape is simulated once, message by message.
public final class Exchanges {

    private final Accelerator accelerator;
    private final List<Integer> tiles;
    private final List<Integer> ring;
    private final Map<Shape, NetworkUse> known = new HashMap<>();

    public Exchanges(Accelerator accelerator) {
        this.accelerator = accelerator;
        int count = accelerator.mesh().tiles();
        this.tiles = IntStream.range(0, count).boxed().toList();
        this.ring = GroupTree.snake(accelerator.mesh());
    }

    /// Every tile sends `bytes` bytes to all others.
    public double allGather(Machine machine, double start, long bytes) {
        return run(machine, start, new Shape(Kind.ALL_GATHER, List.of(), bytes, 0));
    }

    /// Each list of tiles holds equal parts of `bytes` bytes, and sends them to all tiles.
    public double broadcastFrom(Machine machine, double start, List<List<Integer>> senders, long bytes) {
        return run(machine, start, new Shape(Kind.BROADCAST, senders, bytes, 0));
    }

    /// Sums vectors of `bytes` bytes over all tiles, one part to each.
    public double reduceScatter(Machine machine, double start, long bytes, double combineCycles) {
        return run(machine, start, new Shape(Kind.REDUCE_SCATTER, List.of(), bytes, combineCycles));
    }

    /// Every tile sends `bytes` bytes to tile 0.
    public double gather(Machine machine, double start, long bytes) {
        return run(machine, start, new Shape(Kind.GATHER, List.of(), bytes, 0));
    }

    private double run(Machine machine, double start, Shape shape) {
        NetworkUse use = known.computeIfAbsent(shape, each -> simulate(each, Timeline.OFF));
        machine.network().add(use);
        if (machine.timeline().isOn()) {
            simulate(shape, event -> machine.timeline().accept(event.from(start)));
        }
        return start + use.cycles();
    }

    private NetworkUse simulate(Shape shape, Timeline timeline) {
        Network network = new Network(accelerator, timeline);
        double[] ready = new double[tiles.size()];
        double done = switch (shape.kind()) {
            case ALL_GATHER -> Collectives.allGather(network, ready, tiles, shape.bytes());
            case GATHER -> Collectives.gather(network, ready, tiles, shape.bytes());
            case REDUCE_SCATTER ->
                Collectives.reduceScatter(network, ready, ring, shape.bytes(), shape.combineCycles());
            case BROADCAST -> {
                double last = 0;
                for (List<Integer> holders : shape.senders()) {
                    long part = Math.ceilDiv(shape.bytes(), holders.size());
                    for (int sender : holders) {
                        for (double arrival : network.multicast(0, sender, tiles, part)) {
                            last = Math.max(last, arrival);
                        }
                    }
                }
                yield last;
            }
        };
        return network.use(done);
    }

    private enum Kind {
        ALL_GATHER,
        BROADCAST,
        REDUCE_SCATTER,
        GATHER
    }

    private record Shape(Kind kind, List<List<Integer>> senders, long bytes, double combineCycles) {}
}
