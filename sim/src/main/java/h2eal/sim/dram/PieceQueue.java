package h2eal.sim.dram;

import h2eal.hardware.BankSpec;

/// The queue in front of a bank, seen from its timing: a piece enters when an entry is free.
final class PieceQueue {

    private final int rows;
    private final int rowBytes;

    /// `burstBytes = burstFactor << burstShift`: a burst is nearly always a power of two, and a division is slow.
    private final int burstShift;

    private final int burstFactor;

    /// With one row buffer nothing is opened ahead, so that the piece before is all that matters.
    private final long[] leaveCycle;

    private int entry;

    PieceQueue(BankSpec spec) {
        rows = (int) spec.rows();
        rowBytes = spec.rowBytes();
        burstShift = Integer.numberOfTrailingZeros(spec.burstBytes());
        burstFactor = spec.burstBytes() >> burstShift;
        leaveCycle = new long[spec.subBanks() == 1 ? 1 : BankEngine.QUEUE_PIECES];
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
        requireRow(row);
        if (firstByte < 0 || bytes < 1 || bytes > rowBytes - firstByte) {
            throw new IllegalArgumentException("a piece must lie within one row of %d bytes: %d bytes from byte %d"
                    .formatted(rowBytes, bytes, firstByte));
        }
        return burst(firstByte + bytes - 1) - burst(firstByte) + 1;
    }

    void requireRow(int row) {
        if (row < 0 || row >= rows) {
            throw new IllegalArgumentException("row must be from 0 to %d: %d".formatted(rows - 1, row));
        }
    }

    private int burst(int firstByte) {
        int shifted = firstByte >> burstShift;
        return burstFactor == 1 ? shifted : shifted / burstFactor;
    }
}
