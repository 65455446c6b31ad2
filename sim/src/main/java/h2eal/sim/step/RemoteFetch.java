package h2eal.sim.step;

import h2eal.hardware.Mesh;
import h2eal.sim.dram.Access;
import h2eal.sim.machine.Machine;
import java.util.List;

/// Reads of banks under other tiles. Every head asks all banks at once and takes them in turns, one buffer's worth at a
/// time; heads take turns too, each starting at another bank. Requests are a flit each and only cost their latency.
final class RemoteFetch {

    private final Machine machine;
    private final long chunkBytes;

    RemoteFetch(Machine machine) {
        this.machine = machine;
        this.chunkBytes = Math.max(1, machine.accelerator().tile().streamBytes() / 2);
    }

    /// Fetches the remote pieces of all streams to the roots of their groups.
    void run(List<HeadStream> streams) {
        int[][] next = new int[streams.size()][];
        for (int head = 0; head < next.length; head++) {
            RemotePieces pieces = streams.get(head).remote;
            next[head] = new int[pieces.lanes()];
            for (int lane = 0; lane < pieces.lanes(); lane++) {
                next[head][lane] = pieces.laneStart(lane);
            }
        }
        boolean more = true;
        while (more) {
            more = false;
            for (int head = 0; head < next.length; head++) {
                more |= round(streams.get(head), next[head], head);
            }
        }
    }

    /// One chunk from every bank of a head; false when nothing is left.
    private boolean round(HeadStream stream, int[] next, int head) {
        boolean any = false;
        for (int turn = 0; turn < next.length; turn++) {
            int lane = (turn + head * next.length / Math.max(1, machine.tiles())) % next.length;
            if (next[lane] < stream.remote.laneEnd(lane)) {
                next[lane] = fetch(stream, next[lane], stream.remote.laneEnd(lane));
                any = true;
            }
        }
        return any;
    }

    private int fetch(HeadStream stream, int from, int laneEnd) {
        RemotePieces pieces = stream.remote;
        int source = pieces.tile(from);
        int root = stream.group.root();
        Mesh mesh = machine.accelerator().mesh();
        double requestCycles = mesh.hops(root, source) * machine.accelerator().hopCycles();
        long arrival = (long) Math.ceil(stream.inputAt[0] + requestCycles);
        long bytes = 0;
        long read = 0;
        int piece = from;
        while (piece < laneEnd && (bytes == 0 || bytes + pieces.bytes(piece) <= chunkBytes)) {
            read = machine.bank(source, pieces.bank(piece))
                    .access(Access.READ, pieces.row(piece), pieces.column(piece), pieces.bytes(piece), arrival);
            bytes += pieces.bytes(piece);
            piece++;
        }
        stream.end[0] = Math.max(stream.end[0], machine.network().send(read, source, root, bytes));
        stream.bytes[0] += bytes;
        return piece;
    }
}
