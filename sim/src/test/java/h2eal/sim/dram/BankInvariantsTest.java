package h2eal.sim.dram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import h2eal.hardware.BankSpec;
import h2eal.hardware.DramTiming;
import h2eal.hardware.RefreshMode;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// What holds for every workload.
class BankInvariantsTest {

    private static final BankSpec SMALL = new BankSpec(64 * 512, 512, 64, Banks.EDGE.timing());

    @Property(tries = 200)
    void everyByteAndEveryCycleIsBookedOnce(
            @ForAll long seed,
            @ForAll EngineKind kind,
            @ForAll RefreshMode mode,
            @ForAll @IntRange(min = 1, max = 4) int subBanks) {
        BankSpec bank = Banks.withSubBanks(SMALL, subBanks, mode);
        BankEngine engine = kind.engine(bank);
        long arrival = 0;
        long bytes = 0;
        long columns = 0;
        for (EnginesAgreeTest.Piece piece : EnginesAgreeTest.workload(bank, new Random(seed))) {
            arrival += piece.gap();
            engine.access(piece.access(), piece.row(), piece.firstByte(), piece.bytes(), arrival);
            bytes += piece.bytes();
            columns += (piece.firstByte() + piece.bytes() - 1) / 64 - piece.firstByte() / 64 + 1;
        }
        DramCounts counts = engine.counts();
        assertThat(counts.bytes()).isEqualTo(bytes);
        assertThat(counts.columns()).isEqualTo(columns);
        assertThat(counts.rowHits() + counts.rowMisses()).isEqualTo(columns);
        assertThat(counts.activations()).isEqualTo(counts.rowMisses());
        assertThat(counts.precharges()).isBetween(counts.activations() - subBanks, counts.activations());
        assertThat(counts.totalCycles()).isEqualTo(engine.freeCycle());
    }

    /// The interface never carries two bursts at once, and no piece is served before it is asked for.
    @Property(tries = 200)
    void timeNeverDecreases(
            @ForAll long seed, @ForAll EngineKind kind, @ForAll @IntRange(min = 1, max = 4) int subBanks) {
        BankSpec bank = Banks.withSubBanks(SMALL, subBanks, RefreshMode.PER_BANK);
        DramTiming timing = bank.timing();
        BankEngine engine = kind.engine(bank);
        long arrival = 0;
        long free = 0;
        for (EnginesAgreeTest.Piece piece : EnginesAgreeTest.workload(bank, new Random(seed))) {
            arrival += piece.gap();
            long before = engine.counts().columns();
            long finish = engine.access(piece.access(), piece.row(), piece.firstByte(), piece.bytes(), arrival);
            long moved = (engine.counts().columns() - before) * timing.tCcd();
            assertThat(engine.freeCycle()).isGreaterThanOrEqualTo(Math.max(free, arrival) + moved);
            assertThat(finish).isGreaterThan(arrival + timing.tCwl());
            free = engine.freeCycle();
        }
    }

    /// Without refresh: with it, a faster stream may reach a refresh with a row just opened.
    @Property(tries = 200)
    void doublingTheBandwidthNeverSlowsAPieceDown(
            @ForAll long seed, @ForAll EngineKind kind, @ForAll @IntRange(min = 1, max = 4) int subBanks) {
        BankSpec slow = Banks.withSubBanks(withBurst(4), subBanks, RefreshMode.ALL_BANK);
        BankSpec fast = Banks.withSubBanks(withBurst(2), subBanks, RefreshMode.ALL_BANK);
        BankEngine slowEngine = kind.engine(slow);
        BankEngine fastEngine = kind.engine(fast);
        long arrival = 0;
        for (EnginesAgreeTest.Piece piece : EnginesAgreeTest.workload(slow, new Random(seed))) {
            arrival += piece.gap();
            long slowFinish = slowEngine.access(piece.access(), piece.row(), piece.firstByte(), piece.bytes(), arrival);
            long fastFinish = fastEngine.access(piece.access(), piece.row(), piece.firstByte(), piece.bytes(), arrival);
            assertThat(fastFinish).isLessThanOrEqualTo(slowFinish);
        }
    }

    private static BankSpec withBurst(int cycles) {
        return SMALL.withTiming(new DramTiming(2.5, cycles, 6, 4, 6, 6, 14, 20, 7, 2, 4, 2, 0, 0));
    }

    @Test
    void pieceOutsideTheBankIsRefused() {
        for (EngineKind kind : EngineKind.values()) {
            BankEngine engine = kind.engine(SMALL);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> engine.access(Access.READ, 64, 0, 64, 0))
                    .withMessage("row must be from 0 to 63: 64");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> engine.access(Access.READ, 0, 448, 65, 0))
                    .withMessage("a piece must lie within one row of 512 bytes: 65 bytes from byte 448");
        }
    }

    @Test
    void countsAreAddedAndSubtracted() {
        BankEngine engine = EngineKind.BURST.engine(SMALL);
        engine.access(Access.READ, 1, 0, 512, 0);
        DramCounts first = engine.counts();
        engine.access(Access.WRITE, 2, 10, 20, 100);
        DramCounts both = engine.counts();
        assertThat(both.minus(first).plus(first)).isEqualTo(both);
        assertThat(both.minus(first).bytesWritten()).isEqualTo(20);
        assertThat(both.minus(first).columnWrites()).isEqualTo(1);
    }
}
