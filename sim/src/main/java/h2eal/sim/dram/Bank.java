package h2eal.sim.dram;

import h2eal.hardware.BankSpec;
import h2eal.hardware.DramCommand;
import h2eal.hardware.TimingRule;
import java.util.Arrays;
import java.util.List;

/// The state of one DRAM bank: which rows are open, and when every command becomes legal.
///
/// Holds no clock: the caller says when. Questions ([#next], [#earliest]) change nothing; only [#issue] does. Knows the
/// rules only as rows of a table. Single-threaded.
public final class Bank {

    /// The answer of [#earliest] when no waiting makes a command legal, because the open rows forbid it.
    public static final long NEVER = Long.MAX_VALUE;

    private static final DramCommand[] COMMANDS = DramCommand.values();

    private final BankSpec spec;
    private final Followers[] sameSubBank;
    private final Followers[] otherSubBank;
    private final long[] readyCycle;
    private final int[] openRow;
    private final boolean[] open;

    /// A bank with all rows closed, every command legal at cycle 0.
    public Bank(BankSpec spec, List<TimingRule> rules) {
        this.spec = spec;
        sameSubBank = followers(rules, true);
        otherSubBank = followers(rules, false);
        readyCycle = new long[spec.subBanks() * COMMANDS.length];
        openRow = new int[spec.subBanks()];
        open = new boolean[spec.subBanks()];
    }

    /// Whether `row` is in the row buffer of its sub-bank.
    public boolean isOpen(int row) {
        int subBank = spec.subBank(row);
        return open[subBank] && openRow[subBank] == row;
    }

    /// Whether the sub-bank of `row` has any row open.
    public boolean hasOpenRow(int row) {
        return open[spec.subBank(row)];
    }

    /// The command the bank needs now on the way to `command` on `row`: the command itself, or what must come first.
    public DramCommand next(DramCommand command, int row) {
        return switch (command) {
            case READ, WRITE -> {
                if (isOpen(row)) {
                    yield command;
                }
                yield hasOpenRow(row) ? DramCommand.PRECHARGE : DramCommand.ACTIVATE;
            }
            case ACTIVATE, REFRESH_SUB_BANK -> hasOpenRow(row) ? DramCommand.PRECHARGE : command;
            case REFRESH -> anyOpen() ? DramCommand.PRECHARGE : command;
            case PRECHARGE -> command;
        };
    }

    /// The first cycle, not before `cycle`, at which `command` on `row` is legal; [#NEVER] if the open rows forbid it.
    public long earliest(DramCommand command, int row, long cycle) {
        return allowed(command, row) ? Math.max(cycle, readyCycle[slot(spec.subBank(row), command)]) : NEVER;
    }

    /// Performs `command` on `row` at `cycle`.
    ///
    /// @throws IllegalStateException if it is not legal then
    public void issue(DramCommand command, int row, long cycle) {
        if (earliest(command, row, cycle) != cycle) {
            throw illegal(command, row, cycle);
        }
        int subBank = spec.subBank(row);
        switch (command) {
            case ACTIVATE -> {
                open[subBank] = true;
                openRow[subBank] = row;
            }
            case PRECHARGE -> open[subBank] = false;
            case READ, WRITE, REFRESH, REFRESH_SUB_BANK -> {}
        }
        delay(subBank, sameSubBank[command.ordinal()], cycle);
        Followers others = otherSubBank[command.ordinal()];
        for (int other = 0; other < open.length; other++) {
            if (other != subBank) {
                delay(other, others, cycle);
            }
        }
    }

    private void delay(int subBank, Followers followers, long cycle) {
        int base = subBank * COMMANDS.length;
        for (int i = 0; i < followers.commands.length; i++) {
            int slot = base + followers.commands[i];
            readyCycle[slot] = Math.max(readyCycle[slot], cycle + followers.cycles[i]);
        }
    }

    private boolean allowed(DramCommand command, int row) {
        return switch (command) {
            case READ, WRITE -> isOpen(row);
            case ACTIVATE, REFRESH_SUB_BANK -> !hasOpenRow(row);
            case PRECHARGE -> hasOpenRow(row);
            case REFRESH -> !anyOpen();
        };
    }

    private boolean anyOpen() {
        for (boolean isOpen : open) {
            if (isOpen) {
                return true;
            }
        }
        return false;
    }

    private IllegalStateException illegal(DramCommand command, int row, long cycle) {
        long earliest = earliest(command, row, cycle);
        String reason = earliest == NEVER ? "the open rows forbid it" : "it is legal from cycle " + earliest;
        return new IllegalStateException("%s of row %d at cycle %d: %s".formatted(command, row, cycle, reason));
    }

    private static int slot(int subBank, DramCommand command) {
        return subBank * COMMANDS.length + command.ordinal();
    }

    /// The rules that start with each command, the strictest for every command that follows.
    private static Followers[] followers(List<TimingRule> rules, boolean same) {
        Followers[] followers = new Followers[COMMANDS.length];
        for (DramCommand preceding : COMMANDS) {
            int[] cycles = new int[COMMANDS.length];
            Arrays.fill(cycles, Integer.MIN_VALUE);
            for (TimingRule rule : rules) {
                if (rule.preceding() == preceding && (same || rule.scope() == TimingRule.Scope.BANK)) {
                    int following = rule.following().ordinal();
                    cycles[following] = Math.max(cycles[following], rule.cycles());
                }
            }
            int[] commands = Arrays.stream(DramCommand.values())
                    .mapToInt(DramCommand::ordinal)
                    .filter(command -> cycles[command] != Integer.MIN_VALUE)
                    .toArray();
            followers[preceding.ordinal()] = new Followers(
                    commands,
                    Arrays.stream(commands).map(command -> cycles[command]).toArray());
        }
        return followers;
    }

    /// Commands that one command delays, and by how many cycles.
    private static final class Followers {
        private final int[] commands;
        private final int[] cycles;

        private Followers(int[] commands, int[] cycles) {
            this.commands = commands;
            this.cycles = cycles;
        }
    }
}
