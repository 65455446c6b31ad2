package h2eal.hardware;

import static h2eal.hardware.DramCommand.ACTIVATE;
import static h2eal.hardware.DramCommand.PRECHARGE;
import static h2eal.hardware.DramCommand.READ;
import static h2eal.hardware.DramCommand.REFRESH;
import static h2eal.hardware.DramCommand.REFRESH_SUB_BANK;
import static h2eal.hardware.DramCommand.WRITE;
import static h2eal.hardware.TimingRule.Scope.BANK;
import static h2eal.hardware.TimingRule.Scope.SUB_BANK;

import java.util.List;

/// One row of the rule table of a DRAM bank: `following` is legal no sooner than `cycles` after `preceding`.
///
/// @param name JEDEC's name of the rule
public record TimingRule(String name, Scope scope, DramCommand preceding, DramCommand following, int cycles) {

    /// Which commands a rule relates.
    public enum Scope {
        /// Two commands to the same sub-bank.
        SUB_BANK,
        /// Any two commands to the bank.
        BANK
    }

    /// All rules of a bank with `timing`.
    public static List<TimingRule> of(DramTiming timing) {
        int burst = timing.tCcd();
        int writeEnd = timing.tCwl() + burst;
        return List.of(
                new TimingRule("tRCD", SUB_BANK, ACTIVATE, READ, timing.tRcd()),
                new TimingRule("tRCD", SUB_BANK, ACTIVATE, WRITE, timing.tRcd()),
                new TimingRule("tRAS", SUB_BANK, ACTIVATE, PRECHARGE, timing.tRas()),
                new TimingRule("tRC", SUB_BANK, ACTIVATE, ACTIVATE, timing.tRc()),
                new TimingRule("tRRD", BANK, ACTIVATE, ACTIVATE, timing.tRrd()),
                new TimingRule("tRP", SUB_BANK, PRECHARGE, ACTIVATE, timing.tRp()),
                new TimingRule("tCCD", BANK, READ, READ, burst),
                new TimingRule("tCCD", BANK, WRITE, WRITE, burst),
                // Write data must not meet read data on the shared interface.
                new TimingRule("tRTW", BANK, READ, WRITE, Math.max(burst, timing.tCl() + burst - timing.tCwl())),
                new TimingRule("tWTR", BANK, WRITE, READ, writeEnd + timing.tWtr()),
                new TimingRule("tRTP", SUB_BANK, READ, PRECHARGE, timing.tRtp()),
                new TimingRule("tWR", SUB_BANK, WRITE, PRECHARGE, writeEnd + timing.tWr()),
                // A refresh opens rows itself, so it waits like an activation.
                new TimingRule("tRP", BANK, PRECHARGE, REFRESH, timing.tRp()),
                new TimingRule("tRC", BANK, ACTIVATE, REFRESH, timing.tRc()),
                new TimingRule("tRFC", BANK, REFRESH, ACTIVATE, timing.tRfc()),
                new TimingRule("tRFC", BANK, REFRESH, REFRESH, timing.tRfc()),
                new TimingRule("tRP", SUB_BANK, PRECHARGE, REFRESH_SUB_BANK, timing.tRp()),
                new TimingRule("tRC", SUB_BANK, ACTIVATE, REFRESH_SUB_BANK, timing.tRc()),
                new TimingRule("tRFC", SUB_BANK, REFRESH_SUB_BANK, ACTIVATE, timing.tRfc()),
                new TimingRule("tRFC", SUB_BANK, REFRESH_SUB_BANK, REFRESH_SUB_BANK, timing.tRfc()));
    }
}
