package h2eal.sim.dram;

import h2eal.hardware.BankSpec;

/// The queue in front of a bank, seen from its timing: a piece enters when an entry is free.
final class PieceQueue {

    private final BankSpec spec;
    private final long[] leaveCycle = new long[BankEngine.QUEUE_PIECES];
    private int entry;

    PieceQueue(BankSpec spec) {
        this.spec = spec;
    }

    /// Cycle at which a piece that arrives at `arrivalCycle` is in the queue.
    long enter(long arrivalCycle) {
        return Math.max(arrivalCycle, leaveCycle[entry]);
    }

    /// The piece that entered last leaves: its last column command goes out at `cycle`.
    void leave(long cycle) {
        leaveCycle[entry] = cycle;
        entry = entry + 1 == leaveCycle.length ? 0 : entry + 1;
    }

    /// Bursts that `bytes` bytes from `firstByte` of `row` touch.
    int columns(int row, int firstByte, int bytes) {
        if (row < 0 || row >= spec.rows()) {
            throw new IllegalArgumentException("row must be from 0 to %d: %d".formatted(spec.rows() - 1, row));
        }
        if (firstByte < 0 || bytes < 1 || bytes > spec.rowBytes() - firstByte) {
            throw new IllegalArgumentException("a piece must lie within one row of %d bytes: %d bytes from byte %d"
                    .formatted(spec.rowBytes(), bytes, firstByte));
        }
        return (firstByte + bytes - 1) / spec.burstBytes() - firstByte / spec.burstBytes() + 1;
    }
}
