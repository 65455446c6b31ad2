package h2eal.lab.spec;

import h2eal.hardware.BankSpec;
import h2eal.hardware.DramTiming;
import h2eal.hardware.RefreshMode;
import h2eal.lab.yaml.Fields;
import h2eal.lab.yaml.SpecException;
import h2eal.lab.yaml.Unit;
import h2eal.lab.yaml.YamlNode.Block;

/// Reads a bank and its timing. A time is written in cycles of the bank's interface (`tRCD: 6`) or in nanoseconds
/// (`tRCD: 14 ns`); nanoseconds become whole cycles rounded up, because a DRAM must never be driven early. The one
/// exception is tREFI, rounded down: refreshing early is safe.
public final class TimingSpec {

    /// Rounding noise of a division that is whole in exact arithmetic.
    private static final double SLACK = 1e-6;

    private static final String[] ROWS = {"tCL", "tCWL", "tRCD", "tRP", "tRAS", "tRC", "tWR", "tRTP", "tWTR", "tRRD"};
    private static final String[] REFRESHED_ROWS = {
        "tCCD", "tCL", "tCWL", "tRCD", "tRP", "tRAS", "tRC", "tWR", "tRTP", "tWTR", "tRRD", "tREFI", "tRFC"
    };

    private TimingSpec() {}

    /// The bank of a stand-alone timing file. `tREFI: 0` means that the bank needs no refresh; a bank with one row
    /// buffer needs neither `subBanks` nor `tRRD`.
    public static BankSpec bank(Block block) {
        Fields fields =
                Fields.of(block, "", "name", "capacity", "row", "burst", "subBanks", "refreshMode", "clock", "timing");
        double clockNanoseconds = 1 / positive(fields, "clock", Unit.GIGAHERTZ);
        Fields rows = fields.block("timing", REFRESHED_ROWS);
        DramTiming timing =
                timing(rows, clockNanoseconds, cycles(rows, "tCCD", clockNanoseconds), refresh(rows, clockNanoseconds));
        return fields.build(() -> new BankSpec(
                fields.whole("capacity", Unit.BYTES),
                fields.wholeInt("row", Unit.BYTES),
                fields.wholeInt("burst", Unit.BYTES),
                fields.has("subBanks") ? fields.integer("subBanks", 1) : 1,
                fields.has("refreshMode") ? fields.choice("refreshMode", RefreshMode.class) : RefreshMode.ALL_BANK,
                timing));
    }

    /// The `bank:` block of a hardware file: pins and pin rate give the interface, retention gives the refresh.
    static BankSpec hardwareBank(Fields fields) {
        double clockNanoseconds = 1 / positive(fields, "pinRate", Unit.GIGABITS_PER_SECOND);
        int burstCycles = fields.integer("burstCycles", 1);
        int pins = fields.integer("pins", 8);
        if (pins % 8 != 0) {
            throw fields.wrong("pins", "expected a multiple of 8");
        }
        long capacityBytes = fields.whole("capacity", Unit.BYTES);
        int rowBytes = fields.wholeInt("row", Unit.BYTES);
        DramTiming unrefreshed = timing(fields.block("timing", ROWS), clockNanoseconds, burstCycles, new Refresh(0, 0));
        Fields refresh = fields.block("refresh", "mode", "retention", "commands", "rowsTogether");
        long rows = capacityBytes / rowBytes;
        return fields.build(() -> new BankSpec(
                capacityBytes,
                rowBytes,
                pins / 8 * burstCycles,
                fields.integer("subBanks", 1),
                refresh.choice("mode", RefreshMode.class),
                unrefreshed.withDerivedRefresh(
                        rows,
                        refresh.integer("rowsTogether", 1),
                        positive(refresh, "retention", Unit.NANOSECONDS),
                        (int) Math.min(refresh.integer("commands", 1), rows))));
    }

    private static DramTiming timing(Fields fields, double clockNanoseconds, int tCcd, Refresh refresh) {
        return fields.build(() -> new DramTiming(
                clockNanoseconds,
                tCcd,
                cycles(fields, "tCL", clockNanoseconds),
                cycles(fields, "tCWL", clockNanoseconds),
                cycles(fields, "tRCD", clockNanoseconds),
                cycles(fields, "tRP", clockNanoseconds),
                cycles(fields, "tRAS", clockNanoseconds),
                cycles(fields, "tRC", clockNanoseconds),
                cycles(fields, "tWR", clockNanoseconds),
                cycles(fields, "tRTP", clockNanoseconds),
                cycles(fields, "tWTR", clockNanoseconds),
                fields.has("tRRD") ? cycles(fields, "tRRD", clockNanoseconds) : tCcd,
                refresh.tRefi(),
                refresh.tRfc()));
    }

    private record Refresh(int tRefi, int tRfc) {}

    private static Refresh refresh(Fields fields, double clockNanoseconds) {
        return new Refresh(refreshCycles(fields, clockNanoseconds), cycles(fields, "tRFC", clockNanoseconds));
    }

    private static int refreshCycles(Fields fields, double clockNanoseconds) {
        String text = fields.text("tREFI");
        return text.matches("[0-9]+")
                ? fields.integer("tREFI", 0)
                : (int) (fields.quantity("tREFI", Unit.NANOSECONDS) / clockNanoseconds + SLACK);
    }

    private static int cycles(Fields fields, String key, double clockNanoseconds) {
        if (fields.text(key).matches("[0-9]+")) {
            return fields.integer(key, 0);
        }
        double nanoseconds;
        try {
            nanoseconds = fields.quantity(key, Unit.NANOSECONDS);
        } catch (SpecException notATime) {
            throw fields.wrong(key, "expected whole cycles such as 6, or " + Unit.NANOSECONDS.allowed());
        }
        return (int) Math.ceil(nanoseconds / clockNanoseconds - SLACK);
    }

    private static double positive(Fields fields, String key, Unit unit) {
        double value = fields.quantity(key, unit);
        if (!(value > 0)) {
            throw fields.wrong(key, "must be positive: " + unit.allowed());
        }
        return value;
    }
}
