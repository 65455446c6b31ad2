package h2eal.sim.dram;

import h2eal.hardware.BankSpec;
import h2eal.hardware.DramTiming;
import h2eal.hardware.RefreshMode;
import java.util.Arrays;

/// The fast engine: advances a run of row hits in closed form, and knows the rules as arithmetic instead of as rows.
///
/// With `c` the cycle of the first column command of a run, command `i` goes out at `c + i tCCD`; the run ends with the
/// piece or at the last command before a refresh is due.
public final class BurstEngine implements BankEngine {

    private static final int CLOSED = Integer.MIN_VALUE;

    private final BankSpec spec;
    private final DramTiming timing;
    private final PieceQueue queue;
    private final RefreshClock refresh;
    private final Ledger ledger;

    private final int[] openRow;
    private final long[] prechargeCycle;
    private final long[] activateCycle;
    private long nextActivateCycle;

    /// An engine at cycle 0, all rows closed.
    public BurstEngine(BankSpec spec) {
        this.spec = spec;
        timing = spec.timing();
        queue = new PieceQueue(spec);
        refresh = new RefreshClock(spec);
        ledger = new Ledger(timing);
        openRow = new int[spec.subBanks()];
        Arrays.fill(openRow, CLOSED);
        prechargeCycle = new long[spec.subBanks()];
        activateCycle = new long[spec.subBanks()];
    }

    @Override
    public long access(Access access, int row, int firstByte, int bytes, long arrivalCycle) {
        return serve(access, row, queue.columns(row, firstByte, bytes), bytes, arrivalCycle);
    }

    @Override
    public long bursts(Access access, int row, int columns, long arrivalCycle) {
        return serve(access, row, columns, columns * spec.burstBytes(), arrivalCycle);
    }

    private long serve(Access access, int row, int columns, int bytes, long arrivalCycle) {
        long queued = queue.enter(arrivalCycle);
        long last = run(access, row, spec.subBank(row), columns, queued, arrivalCycle);
        queue.leave(last);
        ledger.bytes(access, bytes);
        return last + (access == Access.READ ? timing.tCl() : timing.tCwl()) + timing.tCcd();
    }

    /// Moves `columns` bursts and returns the cycle of the last column command.
    private long run(Access access, int row, int subBank, int columns, long queued, long arrivalCycle) {
        long left = columns;
        while (true) {
            boolean opened = openRow[subBank] != row;
            long legal = opened ? open(row, subBank, queued) + timing.tRcd() : queued;
            long first = Math.max(legal, ledger.columnCycle(access));
            long count = unrefreshed(subBank, first, left, opened);
            if (count > 0) {
                ledger.columns(access, count, first, arrivalCycle);
                long last = first + (count - 1) * timing.tCcd();
                prechargeCycle[subBank] = Math.max(prechargeCycle[subBank], last + toPrecharge(access));
                left -= count;
                if (left == 0) {
                    return last;
                }
            }
            refresh(subBank, refresh.dueCycle(subBank));
        }
    }

    /// How many of `left` column commands, the first at `first`, go out before a refresh comes; at least one to a row
    /// just opened.
    private long unrefreshed(int subBank, long first, long left, boolean opened) {
        long due = refresh.dueCycle(subBank);
        if (first + (left - 1) * timing.tCcd() < due) {
            return left;
        }
        if (!refresh.interruptsPieces()) {
            return opened || first < due ? left : 0;
        }
        return Math.max(Math.ceilDiv(due - first, timing.tCcd()), opened ? 1 : 0);
    }

    /// Opens `row` and returns the cycle of its activation; a refresh that falls due before goes first.
    private long open(int row, int subBank, long queued) {
        if (openRow[subBank] != CLOSED) {
            long precharge = Math.max(queued, prechargeCycle[subBank]);
            if (precharge < refresh.dueCycle(subBank)) {
                close(subBank, precharge);
            }
        }
        long activate = activate(subBank, queued);
        while (openRow[subBank] != CLOSED || activate >= refresh.dueCycle(subBank)) {
            refresh(subBank, activate);
            activate = activate(subBank, queued);
        }
        openRow[subBank] = row;
        ledger.activated();
        activateCycle[subBank] = activate + timing.tRc();
        prechargeCycle[subBank] = activate + timing.tRas();
        nextActivateCycle = activate + timing.tRrd();
        return activate;
    }

    private long activate(int subBank, long queued) {
        return Math.max(queued, Math.max(activateCycle[subBank], nextActivateCycle));
    }

    private void close(int subBank, long cycle) {
        openRow[subBank] = CLOSED;
        ledger.precharged();
        activateCycle[subBank] = Math.max(activateCycle[subBank], cycle + timing.tRp());
    }

    @Override
    public void advance(long cycle) {
        for (int subBank = 0; subBank < openRow.length; subBank++) {
            while (refresh.dueCycle(subBank) <= cycle) {
                refresh(subBank, cycle);
            }
        }
    }

    /// Performs the refresh that is due for `subBank`, and with it whatever one command covers; and those that fall due
    /// up to `cycle` while nothing is asked for.
    private void refresh(int subBank, long cycle) {
        boolean all = spec.refresh() == RefreshMode.ALL_BANK;
        int from = all ? 0 : subBank;
        int to = all ? openRow.length : subBank + 1;
        long due = refresh.dueCycle(subBank);
        long start = due;
        for (int each = from; each < to; each++) {
            if (openRow[each] != CLOSED) {
                close(each, Math.max(due, prechargeCycle[each]));
            }
            start = Math.max(start, activateCycle[each]);
        }
        long idle = idleRefreshes(due, start, cycle);
        if (idle > 0) {
            start = due + idle * refresh.periodCycles();
        }
        long end = start + timing.tRfc();
        for (int each = from; each < to; each++) {
            activateCycle[each] = end;
            refresh.done(each, 1 + idle);
        }
        ledger.refreshes(1 + idle, due + idle * refresh.periodCycles(), end);
    }

    /// Refreshes up to `cycle` after the one that starts at `start`: while nothing is asked for they run when they are
    /// due, and only the last of them delays what follows.
    private long idleRefreshes(long due, long start, long cycle) {
        boolean next = start + timing.tRfc() <= due + refresh.periodCycles();
        return next ? Math.max(0, (cycle - due) / refresh.periodCycles()) : 0;
    }

    private int toPrecharge(Access access) {
        return switch (access) {
            case READ -> timing.tRtp();
            case WRITE -> timing.tCwl() + timing.tCcd() + timing.tWr();
        };
    }

    @Override
    public boolean isOpen(int row) {
        return openRow[spec.subBank(row)] == row;
    }

    @Override
    public long freeCycle() {
        return ledger.freeCycle();
    }

    @Override
    public long columnCycle(Access access) {
        return ledger.columnCycle(access);
    }

    @Override
    public long closingCycle(int row) {
        int subBank = spec.subBank(row);
        return openRow[subBank] == CLOSED ? 0 : prechargeCycle[subBank];
    }

    @Override
    public long refreshCycle(int row) {
        return refresh.dueCycle(spec.subBank(row));
    }

    @Override
    public DramCounts counts() {
        return ledger.counts();
    }
}
