package h2eal.sim.step;

import h2eal.mapping.HeadGroup;

/// One head streaming from DRAM into the tiles of its group: when each tile may start, what it got, and when it was
/// done.
final class HeadStream {

    final HeadRun head;
    final HeadGroup group;
    /// Cycle at which each tile has what it needs to start: the query, or the selected pages.
    final double[] inputAt;
    /// First and last cycle of each tile's stream.
    final double[] start;
    final double[] end;
    final long[] bytes;
    /// Cycle at which each tile has computed its part; its input where it got no bytes.
    final double[] doneAt;
    final RemotePieces remote = new RemotePieces();

    HeadStream(HeadRun head, HeadGroup group, double[] inputAt) {
        this.head = head;
        this.group = group;
        this.inputAt = inputAt;
        this.start = new double[inputAt.length];
        this.end = new double[inputAt.length];
        this.bytes = new long[inputAt.length];
        this.doneAt = inputAt.clone();
    }

    int tiles() {
        return inputAt.length;
    }

    int tile(int member) {
        return group.tiles().get(member);
    }

    long totalBytes() {
        long total = 0;
        for (long each : bytes) {
            total += each;
        }
        return total;
    }

    /// Bytes of the tile that got most: orders heads by when they are likely done, whatever the speed of the hardware.
    long mostBytes() {
        long most = 0;
        for (long each : bytes) {
            most = Math.max(most, each);
        }
        return most;
    }
}
