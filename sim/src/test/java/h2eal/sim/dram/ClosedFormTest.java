package h2eal.sim.dram;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.hardware.BankSpec;
import h2eal.hardware.DramTiming;
import h2eal.hardware.RefreshMode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Do the engines meet the formulas one can write down?
class ClosedFormTest {

    static Stream<Arguments> enginesAndBanks() {
        return Arrays.stream(EngineKind.values())
                .flatMap(kind -> Stream.of(Banks.EDGE, Banks.SILICON, Banks.FAST)
                        .map(bank -> Arguments.of(kind, Banks.withoutRefresh(bank))));
    }

    /// Closed bank: `tRCD + tCL + tCCD`; row hit: `tCL + tCCD`; conflict: `tRP + tRCD + tCL + tCCD`.
    @ParameterizedTest
    @MethodSource("enginesAndBanks")
    void unloadedReadTakes(EngineKind kind, BankSpec bank) {
        DramTiming t = bank.timing();
        BankEngine engine = kind.engine(bank);
        assertThat(read(engine, 3, 1, 100)).isEqualTo(t.tRcd() + t.tCl() + t.tCcd());
        assertThat(read(engine, 3, 1, 200)).isEqualTo(t.tCl() + t.tCcd());
        assertThat(read(engine, 4, 1, 300)).isEqualTo(t.tRp() + t.tRcd() + t.tCl() + t.tCcd());
    }

    private static long read(BankEngine engine, int row, int bytes, long cycle) {
        return engine.access(Access.READ, row, 0, bytes, cycle) - cycle;
    }

    /// Closed bank: `tRCD + tCWL + tCCD`; a read of the same row, asked for meanwhile, waits for the data of the write
    /// and `tWTR`: `tRCD + tCWL + tCCD + tWTR + tCL + tCCD`.
    @ParameterizedTest
    @MethodSource("enginesAndBanks")
    void readAfterWriteTakes(EngineKind kind, BankSpec bank) {
        DramTiming t = bank.timing();
        BankEngine engine = kind.engine(bank);
        long written = engine.access(Access.WRITE, 3, 0, 64, 0);
        assertThat(written).isEqualTo(t.tRcd() + t.tCwl() + t.tCcd());
        assertThat(engine.access(Access.READ, 3, 64, 64, 0)).isEqualTo(written + t.tWtr() + t.tCl() + t.tCcd());
        assertThat(engine.counts().busTurnaroundCycles()).isEqualTo(t.tCwl() + t.tWtr());
    }

    /// One row of `n` bursts: `tRCD + tCL + n tCCD`; the interface runs at `burstBytes / tCCD`, its peak.
    @ParameterizedTest
    @MethodSource("enginesAndBanks")
    void openRowStreamsAtThePeak(EngineKind kind, BankSpec bank) {
        DramTiming t = bank.timing();
        BankEngine engine = kind.engine(bank);
        long finish = engine.access(Access.READ, 0, 0, bank.rowBytes(), 0);
        assertThat(finish).isEqualTo(t.tRcd() + t.tCl() + bank.columns() * t.tCcd());
        assertThat(bank.rowBytes() / bank.peakBytesPerCycle()).isEqualTo(finish - t.tRcd() - t.tCl());
    }

    /// With one row buffer a stream of pieces of `n` bursts, each in a new row, repeats every
    /// `max(tRC, max(tRAS, tRCD + (n - 1) tCCD + tRTP) + tRP)` cycles.
    @ParameterizedTest
    @MethodSource("enginesAndBanks")
    void streamOfRowMissesHasThePeriod(EngineKind kind, BankSpec bank) {
        DramTiming t = bank.timing();
        for (int columns : List.of(1, 2, 4, 8, bank.columns())) {
            BankEngine engine = kind.engine(bank);
            long period =
                    Math.max(t.tRc(), Math.max(t.tRas(), t.tRcd() + (columns - 1) * t.tCcd() + t.tRtp()) + t.tRp());
            long first = engine.access(Access.READ, 0, 0, columns * 64, 0);
            for (int row = 1; row < 10; row++) {
                long finish = engine.access(Access.READ, row, 0, columns * 64, 0);
                assertThat(finish).isEqualTo(first + row * period);
            }
        }
    }

    /// A stream of writes repeats every `max(tRC, tRCD + (n - 1) tCCD + tCWL + tCCD + tWR + tRP)` cycles.
    @ParameterizedTest
    @MethodSource("enginesAndBanks")
    void streamOfWrittenRowsHasThePeriod(EngineKind kind, BankSpec bank) {
        DramTiming t = bank.timing();
        int columns = bank.columns();
        BankEngine engine = kind.engine(bank);
        long period = Math.max(t.tRc(), t.tRcd() + columns * t.tCcd() + t.tCwl() + t.tWr() + t.tRp());
        long first = engine.access(Access.WRITE, 0, 0, bank.rowBytes(), 0);
        assertThat(engine.access(Access.WRITE, 1, 0, bank.rowBytes(), 0)).isEqualTo(first + period);
    }

    /// With `s` row buffers the next rows open while one moves: whole rows take `n tCCD` each, the peak, as soon as the
    /// period of one row buffer is at most `s n tCCD`.
    @ParameterizedTest
    @MethodSource("enginesAndBanks")
    void secondRowBufferHidesTheTurnaround(EngineKind kind, BankSpec bank) {
        DramTiming t = bank.timing();
        BankEngine engine = kind.engine(Banks.withSubBanks(bank, 2, RefreshMode.ALL_BANK));
        long finish = 0;
        for (int row = 0; row < 100; row++) {
            finish = engine.access(Access.READ, row, 0, bank.rowBytes(), 0);
        }
        assertThat(finish).isEqualTo(t.tRcd() + t.tCl() + 100L * bank.columns() * t.tCcd());
        assertThat(engine.counts().rowTurnaroundCycles()).isEqualTo(t.tRcd());
    }

    /// The share of the peak that whole-row streams reach over one row buffer, without refresh: `n tCCD` of the row
    /// period. The published table of one 2 KB row at 2.5 ns says 74 % for 512 and 85 % for 256 pins with CAS-to-close
    /// times neglected.
    @ParameterizedTest
    @EnumSource(EngineKind.class)
    void oneRowBufferLosesAQuarterOfTheInterface(EngineKind kind) {
        assertThat(streamedShare(kind, Banks.EDGE)).isCloseTo(0.71, Offset.offset(0.005));
        assertThat(streamedShare(kind, Banks.SILICON)).isCloseTo(0.842, Offset.offset(0.005));
    }

    private static double streamedShare(EngineKind kind, BankSpec bank) {
        BankEngine engine = kind.engine(Banks.withoutRefresh(bank));
        long finish = 0;
        for (int row = 0; row < 1000; row++) {
            finish = engine.access(Access.READ, row, 0, bank.rowBytes(), 0);
        }
        return 1000 * bank.rowBytes() / (finish * bank.peakBytesPerCycle());
    }

    /// Pieces so small that tRC binds leave time for the closing of the row: each refresh costs `tRFC` and no more.
    @ParameterizedTest
    @EnumSource(EngineKind.class)
    void refreshDelaysAStreamOfShortPiecesByItsOwnTime(EngineKind kind) {
        BankEngine refreshed = kind.engine(Banks.EDGE);
        BankEngine unrefreshed = kind.engine(Banks.withoutRefresh(Banks.EDGE));
        for (int row = 0; row < 5000; row++) {
            long expected = unrefreshed.access(Access.READ, row, 0, 64, 0);
            long finish = refreshed.access(Access.READ, row, 0, 64, 0);
            assertThat(finish - expected)
                    .isEqualTo(
                            refreshed.counts().refreshes() * Banks.EDGE.timing().tRfc());
        }
        assertThat(refreshed.counts().refreshCycles()).isPositive();
    }

    /// Of one sub-bank after the other, refreshes hide behind the other sub-banks as long as those have work.
    @ParameterizedTest
    @EnumSource(EngineKind.class)
    void perBankRefreshHidesBehindTheOtherSubBanks(EngineKind kind) {
        DramCounts together = stream(kind.engine(Banks.withSubBanks(Banks.EDGE, 4, RefreshMode.ALL_BANK)));
        DramCounts inTurn = stream(kind.engine(Banks.withSubBanks(Banks.EDGE, 4, RefreshMode.PER_BANK)));
        assertThat(inTurn.totalCycles()).isLessThan(together.totalCycles());
        assertThat(inTurn.refreshes()).isGreaterThan(3 * together.refreshes());
    }

    private static DramCounts stream(BankEngine engine) {
        for (int row = 0; row < 2000; row++) {
            engine.access(Access.READ, row, 0, 2048, 0);
        }
        return engine.counts();
    }

    /// An idle bank refreshes `floor(cycles / tREFI)` times; the n-th cycle has number n - 1.
    @ParameterizedTest
    @EnumSource(EngineKind.class)
    void idleBankRefreshesEveryPeriod(EngineKind kind) {
        BankEngine engine = kind.engine(Banks.EDGE);
        engine.advance(1558);
        assertThat(engine.counts().refreshes()).isZero();
        engine.advance(1559);
        assertThat(engine.counts().refreshes()).isEqualTo(1);
        engine.advance(1_559_999);
        assertThat(engine.counts().refreshes()).isEqualTo(1000);
        assertThat(engine.access(Access.READ, 0, 0, 64, 1_560_000)).isEqualTo(1_559_999 + 104 + 6 + 6 + 1);
    }
}
