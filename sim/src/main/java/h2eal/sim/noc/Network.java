package h2eal.sim.noc;

import h2eal.hardware.Accelerator;
import h2eal.sim.timeline.Timeline;
import h2eal.sim.timeline.TimelineEvent;
import h2eal.sim.timeline.Track;
import java.util.Arrays;
import java.util.List;

/// The mesh while it carries messages: when each link is free, how long it was busy, and how many bytes crossed.
///
/// Wormhole switching without virtual channels: the head flit reserves link after link, the body follows at one flit
/// per cycle, and while the head is blocked the links behind it stay occupied. Messages are served in the order in
/// which they are given, never reordered by time, so every arrival is a maximum of sums of durations: a faster network
/// is never a slower one, and the result does not depend on threads.
///
/// A transfer that meets no other takes `hops x hop + flits` cycles of the network.
public final class Network {

    private final Route route;
    private final double flitCycles;
    private final double hopCycles;
    private final int flitBytes;
    private final Timeline timeline;
    private final Track[] tracks;

    private final double[] freeAt;
    private final double[] busy;
    private final double[] headAt;
    private final int[] visit;
    private final int[] path;
    private int visits;
    private long hopBytes;

    /// An idle network at cycle 0, its events sent to `timeline`.
    public Network(Accelerator accelerator, Timeline timeline) {
        this.route = new Route(accelerator.mesh());
        this.flitBytes = accelerator.noc().flitBytes();
        this.flitCycles = 1 / accelerator.logicCyclesPerCycle();
        this.hopCycles = accelerator.hopCycles();
        this.timeline = timeline;
        this.tracks = new Track[timeline.isOn() ? route.links() : 0];
        for (int link = 0; link < tracks.length; link++) {
            tracks[link] = new Track(Track.Kind.LINK, route.name(link));
        }
        this.freeAt = new double[route.links()];
        this.busy = new double[route.links()];
        this.headAt = new double[route.links()];
        this.visit = new int[route.links()];
        this.path = new int[route.longest() + 2];
    }

    /// Sends `bytes` bytes as soon as they are ready and the links are free; a tile reaches itself at once.
    ///
    /// @return cycle at which the last flit has arrived
    public double send(double readyCycle, int from, int to, long bytes) {
        requirePositive(bytes);
        if (from == to) {
            return readyCycle;
        }
        int length = route.write(from, to, path);
        double body = bodyCycles(bytes);
        double head = readyCycle;
        for (int i = 0; i < length; i++) {
            int link = path[i];
            double start = Math.max(head, freeAt[link]);
            headAt[link] = start;
            head = start + (route.isHop(link) ? hopCycles : 0);
        }
        double tail = headAt[path[length - 1]] + body;
        releaseBehind(length, tail, bytes, body);
        return tail;
    }

    /// Frees the links of the path from its end to its start: a link is occupied until the tail has left it, and the
    /// tail cannot run ahead of a blocked head.
    private void releaseBehind(int length, double tail, long bytes, double body) {
        double release = tail;
        for (int i = length - 1; i >= 0; i--) {
            int link = path[i];
            if (route.isHop(link)) {
                release -= hopCycles;
                hopBytes += bytes;
            }
            freeAt[link] = Math.max(headAt[link] + body, release);
            release = freeAt[link];
            occupy(link, headAt[link], body);
        }
    }

    /// Sends the same bytes to several tiles along the tree that their XY routes form; routers copy the flits where the
    /// tree branches, and a blocked branch does not hold up the others.
    ///
    /// @return cycle at which each tile of `to` has the last flit
    public double[] multicast(double readyCycle, int from, List<Integer> to, long bytes) {
        requirePositive(bytes);
        visits++;
        double body = bodyCycles(bytes);
        double[] arrival = new double[to.size()];
        for (int i = 0; i < arrival.length; i++) {
            arrival[i] = to.get(i) == from ? readyCycle : branch(readyCycle, from, to.get(i), bytes) + body;
        }
        return arrival;
    }

    private double branch(double readyCycle, int from, int to, long bytes) {
        int length = route.write(from, to, path);
        double body = bodyCycles(bytes);
        double head = readyCycle;
        double start = readyCycle;
        for (int i = 0; i < length; i++) {
            int link = path[i];
            if (visit[link] != visits) {
                visit[link] = visits;
                headAt[link] = Math.max(head, freeAt[link]);
                freeAt[link] = headAt[link] + body;
                hopBytes += route.isHop(link) ? bytes : 0;
                occupy(link, headAt[link], body);
            }
            start = headAt[link];
            head = start + (route.isHop(link) ? hopCycles : 0);
        }
        return start;
    }

    private void occupy(int link, double start, double cycles) {
        busy[link] += cycles;
        if (timeline.isOn()) {
            timeline.accept(new TimelineEvent(tracks[link], "transfer", start, cycles));
        }
    }

    /// Adds transfers that ran elsewhere on an idle network; the links are taken to be free again.
    public void add(NetworkUse use) {
        double[] other = use.busyCycles();
        for (int link = 0; link < busy.length; link++) {
            busy[link] += other[link];
        }
        hopBytes += use.hopBytes();
    }

    /// Everything sent so far, and `cycles` as the time it took.
    public NetworkUse use(double cycles) {
        return new NetworkUse(cycles, hopBytes, busy);
    }

    /// Bytes times hops so far.
    public long hopBytes() {
        return hopBytes;
    }

    /// Busy cycles of every link between two routers so far.
    public double[] hopBusyCycles() {
        double[] cycles = new double[busy.length];
        int hops = 0;
        for (int link = 0; link < busy.length; link++) {
            if (route.isHop(link)) {
                cycles[hops++] = busy[link];
            }
        }
        return Arrays.copyOf(cycles, hops);
    }

    /// Cycles one link needs for the flits of `bytes`.
    public double bodyCycles(long bytes) {
        return Math.ceilDiv(bytes, flitBytes) * flitCycles;
    }

    private static void requirePositive(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("a transfer has at least one byte: " + bytes);
        }
    }
}
