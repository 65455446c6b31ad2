package h2eal.sim.dram;

import h2eal.hardware.BankSpec;
import h2eal.hardware.DramTiming;
import h2eal.hardware.RefreshMode;
import java.util.stream.IntStream;

/// The fast engine: advances a run of row hits in closed form, and knows the rules as arithmetic instead of as rows.
///
/// With `c` the cycle of the first column command of a run, command `i` goes out at `c + i tCCD`; the run ends with the
/// piece or at the last command before a refresh is due.
public final class BurstEngine implements BankEngine {

    private static final int CLOSED = Integer.MIN_VALUE;

    private final BankSpec spec;
    private final DramTiming timing;
    private final boolean refreshInterrupts;
    private final PieceQueue queue;
    private final Ledger ledger;
    private final SubBank[] subBanks;
    private long nextActivateCycle;

    /// One row buffer, and the first cycles at which it can be closed, be opened, and must be refreshed.
    private static final class SubBank {
        private int openRow = CLOSED;
        private long prechargeCycle;
        private long activateCycle;
        private long dueCycle;

        SubBank(long dueCycle) {
            this.dueCycle = dueCycle;
        }
    }

    /// An engine at cycle 0, all rows closed.
    public BurstEngine(BankSpec spec) {
        RefreshClock refresh = new RefreshClock(spec);
        this.spec = spec;
        timing = spec.timing();
        refreshInterrupts = refresh.interruptsPieces();
        queue = new PieceQueue(spec);
        ledger = new Ledger(timing);
        subBanks = IntStream.range(0, spec.subBanks())
                .mapToObj(subBank -> new SubBank(refresh.dueCycle(subBank)))
                .toArray(SubBank[]::new);
    }

    @Override
    public long access(Access access, int row, int firstByte, int bytes, long arrivalCycle) {
        return serve(access, row, queue.columns(row, firstByte, bytes), bytes, arrivalCycle);
    }

    /// Behind one row buffer, rows follow each other at a fixed distance until a refresh falls due: as soon as two rows
    /// in a row have shown it, all others up to the refresh are booked at once.
    @Override
    public long rows(Access access, int firstRow, int rows, int bytes, long arrivalCycle) {
        if (subBanks.length > 1) {
            return BankEngine.super.rows(access, firstRow, rows, bytes, arrivalCycle);
        }
        queue.requireRow(firstRow + rows - 1);
        int columns = queue.columns(firstRow, 0, bytes);
        SubBank subBank = subBanks[0];
        long end = arrivalCycle;
        boolean steadyBefore = false;
        int row = firstRow;
        while (row < firstRow + rows) {
            long due = subBank.dueCycle;
            long before = ledger.freeCycle();
            end = serve(access, row++, columns, bytes, arrivalCycle);
            boolean steady = isSteady(columns, due);
            if (steady && steadyBefore) {
                long rowCycles = ledger.freeCycle() - before;
                long undisturbed = (due - 1 - ledger.freeCycle()) / rowCycles;
                int repeats = Math.clamp(undisturbed, 0, firstRow + rows - row);
                row += repeats;
                end += repeats * rowCycles;
                repeat(access, repeats, rowCycles, columns, bytes);
                subBank.openRow = row - 1;
            }
            steadyBefore = steady;
        }
        return end;
    }

    /// Whether the row just served was opened for it, moved all its columns at once, and met no refresh.
    private boolean isSteady(int columns, long dueBefore) {
        SubBank subBank = subBanks[0];
        long firstColumn = ledger.freeCycle() - (long) columns * timing.tCcd();
        return subBank.dueCycle == dueBefore && firstColumn == subBank.activateCycle - timing.tRc() + timing.tRcd();
    }

    private void repeat(Access access, int rows, long rowCycles, int columns, int bytes) {
        long cycles = rows * rowCycles;
        SubBank subBank = subBanks[0];
        subBank.prechargeCycle += cycles;
        subBank.activateCycle += cycles;
        nextActivateCycle += cycles;
        queue.leave(ledger.freeCycle() - timing.tCcd() + cycles);
        ledger.rows(access, rows, rowCycles, columns, bytes);
    }

    @Override
    public long bursts(Access access, int row, int columns, long arrivalCycle) {
        queue.requireRow(row);
        return serve(access, row, columns, columns * spec.burstBytes(), arrivalCycle);
    }

    private long serve(Access access, int row, int columns, int bytes, long arrivalCycle) {
        long queued = queue.enter(arrivalCycle);
        long last = run(access, row, columns, queued, arrivalCycle);
        queue.leave(last);
        ledger.bytes(access, bytes);
        return last + (access == Access.READ ? timing.tCl() : timing.tCwl()) + timing.tCcd();
    }

    /// Moves `columns` bursts and returns the cycle of the last column command.
    private long run(Access access, int row, int columns, long queued, long arrivalCycle) {
        SubBank subBank = subBank(row);
        int left = columns;
        while (true) {
            boolean opened = subBank.openRow != row;
            long legal = opened ? open(row, subBank, queued) + timing.tRcd() : queued;
            long first = Math.max(legal, ledger.columnCycle(access));
            int count = unrefreshed(subBank, first, left, opened);
            if (count > 0) {
                ledger.columns(access, count, first, arrivalCycle);
                long last = first + (count - 1L) * timing.tCcd();
                subBank.prechargeCycle = Math.max(subBank.prechargeCycle, last + toPrecharge(access));
                left -= count;
                if (left == 0) {
                    return last;
                }
            }
            refresh(subBank, subBank.dueCycle);
        }
    }

    /// How many of `left` column commands, the first at `first`, go out before a refresh comes; at least one to a row
    /// just opened.
    private int unrefreshed(SubBank subBank, long first, int left, boolean opened) {
        long due = subBank.dueCycle;
        if (first + (left - 1L) * timing.tCcd() < due) {
            return left;
        }
        if (!refreshInterrupts) {
            return opened || first < due ? left : 0;
        }
        return (int) Math.max(Math.ceilDiv(due - first, timing.tCcd()), opened ? 1 : 0);
    }

    /// Opens `row` and returns the cycle of its activation; a refresh that falls due before goes first.
    private long open(int row, SubBank subBank, long queued) {
        if (subBank.openRow != CLOSED) {
            long precharge = Math.max(queued, subBank.prechargeCycle);
            if (precharge < subBank.dueCycle) {
                close(subBank, precharge);
            }
        }
        long activate = activate(subBank, queued);
        while (subBank.openRow != CLOSED || activate >= subBank.dueCycle) {
            refresh(subBank, activate);
            activate = activate(subBank, queued);
        }
        subBank.openRow = row;
        ledger.activated();
        subBank.activateCycle = activate + timing.tRc();
        subBank.prechargeCycle = activate + timing.tRas();
        nextActivateCycle = activate + timing.tRrd();
        return activate;
    }

    private long activate(SubBank subBank, long queued) {
        return Math.max(queued, Math.max(subBank.activateCycle, nextActivateCycle));
    }

    private void close(SubBank subBank, long cycle) {
        subBank.openRow = CLOSED;
        ledger.precharged();
        subBank.activateCycle = Math.max(subBank.activateCycle, cycle + timing.tRp());
    }

    @Override
    public void advance(long cycle) {
        for (SubBank subBank : subBanks) {
            while (subBank.dueCycle <= cycle) {
                refresh(subBank, cycle);
            }
        }
    }

    /// Performs the refresh that is due for `subBank`, and with it whatever one command covers; and those that fall due
    /// up to `cycle` while nothing is asked for.
    private void refresh(SubBank subBank, long cycle) {
        boolean all = spec.refresh() == RefreshMode.ALL_BANK;
        SubBank[] covered = all ? subBanks : new SubBank[] {subBank};
        long due = subBank.dueCycle;
        long start = due;
        for (SubBank each : covered) {
            if (each.openRow != CLOSED) {
                close(each, Math.max(due, each.prechargeCycle));
            }
            start = Math.max(start, each.activateCycle);
        }
        long idle = idleRefreshes(due, start, cycle);
        long lastDue = due + idle * timing.tRefi();
        long end = Math.max(start, lastDue) + timing.tRfc();
        for (SubBank each : covered) {
            each.activateCycle = end;
            each.dueCycle = lastDue + timing.tRefi();
        }
        ledger.refreshes(1 + idle, lastDue, end);
    }

    /// Refreshes up to `cycle` after the one that starts at `start`: while nothing is asked for they run when they are
    /// due, and only the last of them delays what follows.
    private long idleRefreshes(long due, long start, long cycle) {
        boolean inTime = start + timing.tRfc() <= due + timing.tRefi();
        return inTime ? Math.max(0, (cycle - due) / timing.tRefi()) : 0;
    }

    private int toPrecharge(Access access) {
        return switch (access) {
            case READ -> timing.tRtp();
            case WRITE -> timing.tCwl() + timing.tCcd() + timing.tWr();
        };
    }

    private SubBank subBank(int row) {
        return subBanks.length == 1 ? subBanks[0] : subBanks[spec.subBank(row)];
    }

    @Override
    public boolean isOpen(int row) {
        return subBank(row).openRow == row;
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
        SubBank subBank = subBank(row);
        return subBank.openRow == CLOSED ? 0 : subBank.prechargeCycle;
    }

    @Override
    public long refreshCycle(int row) {
        return subBank(row).dueCycle;
    }

    @Override
    public DramCounts counts() {
        return ledger.counts();
    }
}
