package h2eal.sim.dram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.hardware.BankSpec;
import h2eal.hardware.DramCommand;
import h2eal.hardware.RefreshMode;
import h2eal.hardware.TimingRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Is every rule tight: blocked one cycle before, legal on the cycle? And what do the open rows forbid?
class BankRulesTest {

    private static final BankSpec TWO_SUB_BANKS = Banks.withSubBanks(Banks.EDGE, 2, RefreshMode.ALL_BANK);
    private static final long START = 1000;

    static List<TimingRule> rules() {
        return TimingRule.of(TWO_SUB_BANKS.timing());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void followingCommandIsBlockedUntilTheRuleAllowsIt(TimingRule rule) {
        Bank bank = new Bank(TWO_SUB_BANKS, List.of(rule));
        perform(bank, rule.preceding(), 0, START);
        assertEarliest(bank, rule.following(), 0, START + rule.cycles());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void ruleReachesTheOtherSubBankOnlyWhenItHoldsForTheBank(TimingRule rule) {
        Bank bank = new Bank(TWO_SUB_BANKS, List.of(rule));
        prepare(bank, rule.following(), 1, 0);
        perform(bank, rule.preceding(), 0, START);
        int reach = switch (rule.scope()) {
            case SUB_BANK -> 0;
            case BANK -> rule.cycles();
        };
        prepare(bank, rule.following(), 1, START);
        assertThat(bank.earliest(rule.following(), 1, START)).isEqualTo(START + reach);
    }

    /// The table as a whole, in cycles of the `edge` set, against the values of JEDEC's definitions by hand.
    @Test
    void edgeBankHasTheseRules() {
        assertThat(TimingRule.of(Banks.EDGE.timing()))
                .extracting(rule -> "%s %s %s %s %d"
                        .formatted(rule.name(), rule.scope(), rule.preceding(), rule.following(), rule.cycles()))
                .containsExactlyInAnyOrder(
                        "tRCD SUB_BANK ACTIVATE READ 6",
                        "tRCD SUB_BANK ACTIVATE WRITE 6",
                        "tRAS SUB_BANK ACTIVATE PRECHARGE 14",
                        "tRC SUB_BANK ACTIVATE ACTIVATE 20",
                        "tRRD BANK ACTIVATE ACTIVATE 2",
                        "tRP SUB_BANK PRECHARGE ACTIVATE 6",
                        "tCCD BANK READ READ 1",
                        "tCCD BANK WRITE WRITE 1",
                        "tRTW BANK READ WRITE 3", // tCL + burst - tCWL
                        "tWTR BANK WRITE READ 9", // tCWL + burst + tWTR
                        "tRTP SUB_BANK READ PRECHARGE 2",
                        "tWR SUB_BANK WRITE PRECHARGE 12", // tCWL + burst + tWR
                        "tRP BANK PRECHARGE REFRESH 6",
                        "tRC BANK ACTIVATE REFRESH 20",
                        "tRFC BANK REFRESH ACTIVATE 104",
                        "tRFC BANK REFRESH REFRESH 104",
                        "tRP SUB_BANK PRECHARGE REFRESH_SUB_BANK 6",
                        "tRC SUB_BANK ACTIVATE REFRESH_SUB_BANK 20",
                        "tRFC SUB_BANK REFRESH_SUB_BANK ACTIVATE 104",
                        "tRFC SUB_BANK REFRESH_SUB_BANK REFRESH_SUB_BANK 104");
    }

    private static void assertEarliest(Bank bank, DramCommand command, int row, long cycle) {
        prepare(bank, command, row, START);
        assertThat(bank.earliest(command, row, START)).isEqualTo(cycle);
        assertThatThrownBy(() -> bank.issue(command, row, cycle - 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("legal from cycle " + cycle);
        bank.issue(command, row, cycle);
    }

    private static void perform(Bank bank, DramCommand command, int row, long cycle) {
        prepare(bank, command, row, 0);
        bank.issue(command, row, cycle);
    }

    /// Brings the row buffers into a state in which `command` is a matter of time only.
    private static void prepare(Bank bank, DramCommand command, int row, long cycle) {
        switch (command) {
            case READ, WRITE, PRECHARGE -> {
                if (!bank.isOpen(row)) {
                    bank.issue(DramCommand.ACTIVATE, row, bank.earliest(DramCommand.ACTIVATE, row, cycle));
                }
            }
            case ACTIVATE, REFRESH_SUB_BANK -> close(bank, row, cycle);
            case REFRESH -> {
                close(bank, 0, cycle);
                close(bank, 1, cycle);
            }
        }
    }

    private static void close(Bank bank, int row, long cycle) {
        if (bank.hasOpenRow(row)) {
            bank.issue(DramCommand.PRECHARGE, row, bank.earliest(DramCommand.PRECHARGE, row, cycle));
        }
    }

    @Test
    void askingChangesNothing() {
        Bank bank = new Bank(Banks.EDGE, TimingRule.of(Banks.EDGE.timing()));
        bank.issue(DramCommand.ACTIVATE, 7, 0);
        assertThat(bank.earliest(DramCommand.READ, 7, 2)).isEqualTo(6);
        assertThat(bank.earliest(DramCommand.READ, 7, 2)).isEqualTo(6);
        assertThat(bank.earliest(DramCommand.READ, 7, 50)).isEqualTo(50);
    }

    @Test
    void openRowsForbidWhatTimeCannotAllow() {
        Bank bank = new Bank(TWO_SUB_BANKS, TimingRule.of(TWO_SUB_BANKS.timing()));
        assertThat(bank.earliest(DramCommand.READ, 4, 0)).isEqualTo(Bank.NEVER);
        assertThat(bank.earliest(DramCommand.PRECHARGE, 4, 0)).isEqualTo(Bank.NEVER);
        bank.issue(DramCommand.ACTIVATE, 4, 0);
        assertThat(bank.earliest(DramCommand.READ, 6, 0)).isEqualTo(Bank.NEVER);
        assertThat(bank.earliest(DramCommand.ACTIVATE, 6, 0)).isEqualTo(Bank.NEVER);
        assertThat(bank.earliest(DramCommand.REFRESH, 4, 0)).isEqualTo(Bank.NEVER);
        assertThat(bank.earliest(DramCommand.REFRESH_SUB_BANK, 5, 0)).isZero();
        assertThatThrownBy(() -> bank.issue(DramCommand.READ, 6, 99)).hasMessageContaining("the open rows forbid it");
    }

    @Test
    void nextCommandLeadsToTheColumn() {
        Bank bank = new Bank(TWO_SUB_BANKS, TimingRule.of(TWO_SUB_BANKS.timing()));
        assertThat(bank.next(DramCommand.READ, 4)).isEqualTo(DramCommand.ACTIVATE);
        bank.issue(DramCommand.ACTIVATE, 6, 0);
        assertThat(bank.next(DramCommand.READ, 4)).isEqualTo(DramCommand.PRECHARGE);
        assertThat(bank.next(DramCommand.READ, 5)).isEqualTo(DramCommand.ACTIVATE);
        assertThat(bank.next(DramCommand.WRITE, 6)).isEqualTo(DramCommand.WRITE);
        assertThat(bank.next(DramCommand.REFRESH, 0)).isEqualTo(DramCommand.PRECHARGE);
        assertThat(bank.next(DramCommand.REFRESH_SUB_BANK, 1)).isEqualTo(DramCommand.REFRESH_SUB_BANK);
    }
}
