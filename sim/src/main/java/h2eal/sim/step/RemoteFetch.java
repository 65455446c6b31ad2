package h2eal.sim.step;

import h2eal.sim.dram.Access;
import h2eal.sim.dram.BankEngine;
import h2eal.sim.machine.Machine;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Reads of banks under other tiles. A head asks its banks in turns for a chunk each, and asks for the next one when
/// its buffer has room for it, so that no message waits inside the network for a full receiver; heads take turns too. A
/// request is one flit and only costs its latency.
final class RemoteFetch {

    /// Chunks that fill the buffer of a tile: as many may be on their way.
    private static final int CHUNKS_IN_FLIGHT = 8;

    private final Machine machine;
    private final long chunkBytes;

    RemoteFetch(Machine machine) {
        this.machine = machine;
        this.chunkBytes = Math.max(1, machine.accelerator().tile().streamBytes() / CHUNKS_IN_FLIGHT);
    }

    /// Fetches the remote pieces of all streams to the roots of their groups.
    void run(List<HeadStream> streams) {
        List<Fetch> fetches = streams.stream().map(Fetch::new).toList();
        boolean more = true;
        while (more) {
            more = false;
            for (Fetch fetch : fetches) {
                more |= fetch.next();
            }
        }
    }

    /// The remote pieces of one head, lane by lane.
    private final class Fetch {

        private final HeadStream stream;
        private final RemotePieces pieces;
        /// Lanes in the order in which they are asked: neighbours in it are under different tiles.
        private final int[] order;

        private final int[] next;
        private final double[] arrivals = new double[CHUNKS_IN_FLIGHT];
        private int turn;
        private int chunks;

        Fetch(HeadStream stream) {
            this.stream = stream;
            this.pieces = stream.remote;
            this.next =
                    IntStream.range(0, pieces.lanes()).map(pieces::laneStart).toArray();
            this.order = IntStream.range(0, pieces.lanes())
                    .boxed()
                    .sorted(Comparator.comparingInt(lane -> pieces.bank(pieces.laneStart(lane))))
                    .mapToInt(Integer::intValue)
                    .toArray();
            // Heads start at different banks.
            this.turn = stream.group.root() % next.length;
            Arrays.fill(arrivals, stream.inputAt[0]);
        }

        /// Fetches the next chunk; false when nothing is left.
        boolean next() {
            for (int tried = 0; tried < next.length; tried++) {
                int lane = order[turn];
                turn = turn + 1 == next.length ? 0 : turn + 1;
                if (next[lane] < pieces.laneEnd(lane)) {
                    next[lane] = fetch(next[lane], pieces.laneEnd(lane));
                    return true;
                }
            }
            return false;
        }

        private int fetch(int from, int laneEnd) {
            int source = pieces.tile(from);
            int root = stream.group.root();
            int slot = chunks++ % CHUNKS_IN_FLIGHT;
            double requestCycles = machine.accelerator().mesh().hops(root, source)
                    * machine.accelerator().hopCycles();
            long asked = (long) Math.ceil(arrivals[slot] + requestCycles);
            BankEngine bank = machine.bank(source, pieces.bank(from));
            long bytes = 0;
            long read = 0;
            int piece = from;
            while (piece < laneEnd && (bytes == 0 || bytes + pieces.bytes(piece) <= chunkBytes)) {
                read = bank.access(Access.READ, pieces.row(piece), pieces.column(piece), pieces.bytes(piece), asked);
                bytes += pieces.bytes(piece);
                piece++;
            }
            arrivals[slot] = machine.network().send(read, source, root, bytes);
            stream.end[0] = Math.max(stream.end[0], arrivals[slot]);
            stream.bytes[0] += bytes;
            return piece;
        }
    }
}
