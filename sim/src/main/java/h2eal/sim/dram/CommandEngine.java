package h2eal.sim.dram;

import h2eal.hardware.BankSpec;
import h2eal.hardware.DramCommand;
import h2eal.hardware.TimingRule;

/// The reference engine: issues every DRAM command against the rule table.
public final class CommandEngine implements BankEngine {

    private final BankSpec spec;
    private final Bank bank;
    private final PieceQueue queue;
    private final RefreshClock refresh;
    private final Ledger ledger;

    /// An engine at cycle 0, all rows closed.
    public CommandEngine(BankSpec spec) {
        this.spec = spec;
        bank = new Bank(spec, TimingRule.of(spec.timing()));
        queue = new PieceQueue(spec);
        refresh = new RefreshClock(spec);
        ledger = new Ledger(spec.timing());
    }

    @Override
    public long access(Access access, int row, int firstByte, int bytes, long arrivalCycle) {
        return serve(access, row, queue.columns(row, firstByte, bytes), bytes, arrivalCycle);
    }

    @Override
    public long bursts(Access access, int row, int columns, long arrivalCycle) {
        queue.requireRow(row);
        return serve(access, row, columns, columns * spec.burstBytes(), arrivalCycle);
    }

    private long serve(Access access, int row, int columns, int bytes, long arrivalCycle) {
        long queued = queue.enter(arrivalCycle);
        long last = column(access, row, true, queued, arrivalCycle);
        for (int column = 1; column < columns; column++) {
            last = column(access, row, refresh.interruptsPieces(), queued, arrivalCycle);
        }
        queue.leave(last);
        ledger.bytes(access, bytes);
        return last + latency(access) + spec.timing().tCcd();
    }

    /// Moves one burst: issues whatever the bank needs on the way, and returns the cycle of the column command.
    private long column(Access access, int row, boolean refreshMayCome, long queued, long arrivalCycle) {
        DramCommand column = access.command();
        boolean mayCome = refreshMayCome;
        while (true) {
            DramCommand next = bank.next(column, row);
            long cycle = bank.earliest(next, row, queued);
            if (cycle >= refresh.dueCycle(spec.subBank(row)) && mayCome) {
                refresh(spec.subBank(row));
                continue;
            }
            bank.issue(next, row, cycle);
            if (next == column) {
                ledger.columns(access, 1, cycle, arrivalCycle);
                return cycle;
            }
            switch (next) {
                case ACTIVATE -> {
                    mayCome = false;
                    ledger.activated();
                }
                case PRECHARGE -> ledger.precharged();
                case READ, WRITE, REFRESH, REFRESH_SUB_BANK -> throw new AssertionError(next);
            }
        }
    }

    @Override
    public void advance(long cycle) {
        for (int subBank = 0; subBank < spec.subBanks(); subBank++) {
            while (refresh.dueCycle(subBank) <= cycle) {
                refresh(subBank);
            }
        }
    }

    /// Performs the refresh that is due for `subBank`, and with it whatever one refresh command covers.
    private void refresh(int subBank) {
        long due = refresh.dueCycle(subBank);
        switch (spec.refresh()) {
            case ALL_BANK -> {
                for (int each = 0; each < spec.subBanks(); each++) {
                    close(each, due);
                    refresh.done(each, 1);
                }
                issueRefresh(DramCommand.REFRESH, subBank, due);
            }
            case PER_BANK -> {
                close(subBank, due);
                refresh.done(subBank, 1);
                issueRefresh(DramCommand.REFRESH_SUB_BANK, subBank, due);
            }
        }
    }

    private void issueRefresh(DramCommand command, int subBank, long due) {
        long cycle = bank.earliest(command, subBank, due);
        bank.issue(command, subBank, cycle);
        ledger.refreshes(1, due, cycle + spec.timing().tRfc());
    }

    /// Closes the row buffer of a sub-bank; row `s` lies in sub-bank `s`.
    private void close(int subBank, long due) {
        if (bank.hasOpenRow(subBank)) {
            bank.issue(DramCommand.PRECHARGE, subBank, bank.earliest(DramCommand.PRECHARGE, subBank, due));
            ledger.precharged();
        }
    }

    private int latency(Access access) {
        return switch (access) {
            case READ -> spec.timing().tCl();
            case WRITE -> spec.timing().tCwl();
        };
    }

    @Override
    public boolean isOpen(int row) {
        return bank.isOpen(row);
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
        return bank.hasOpenRow(row) ? bank.earliest(DramCommand.PRECHARGE, row, 0) : 0;
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
