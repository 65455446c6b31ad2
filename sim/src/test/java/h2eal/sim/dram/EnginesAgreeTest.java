package h2eal.sim.dram;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.hardware.BankSpec;
import h2eal.hardware.DramTiming;
import h2eal.hardware.RefreshMode;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// The engines give the same cycle for every piece and the same counts, whatever the bank and the workload.
class EnginesAgreeTest {

    private static final int ROWS = 64;

    /// A piece of a random workload; it arrives `gap` cycles after the one before.
    record Piece(Access access, int row, int firstByte, int bytes, int gap) {}

    @Property(tries = 500)
    void everyPieceFinishesAtTheSameCycle(@ForAll("banks") BankSpec bank, @ForAll long seed) {
        BankEngine command = EngineKind.COMMAND.engine(bank);
        BankEngine burst = EngineKind.BURST.engine(bank);
        long arrival = 0;
        for (Piece piece : workload(bank, new Random(seed))) {
            arrival += piece.gap();
            long expected = command.access(piece.access(), piece.row(), piece.firstByte(), piece.bytes(), arrival);
            long finish = burst.access(piece.access(), piece.row(), piece.firstByte(), piece.bytes(), arrival);
            assertThat(finish).as("%s", piece).isEqualTo(expected);
            assertThat(burst.counts()).as("%s", piece).isEqualTo(command.counts());
            assertThat(burst.closingCycle(piece.row())).isEqualTo(command.closingCycle(piece.row()));
        }
        command.advance(arrival + 10_000);
        burst.advance(arrival + 10_000);
        assertThat(burst.counts()).isEqualTo(command.counts());
    }

    /// Few rows, so that hits, conflicts and streams all occur; now and then a long pause.
    static List<Piece> workload(BankSpec bank, Random random) {
        int writes = random.nextInt(3);
        int pause = random.nextInt(3);
        return random.ints(random.nextInt(1, 200), 0, ROWS)
                .mapToObj(row -> {
                    int first = random.nextBoolean() ? 0 : random.nextInt(bank.rowBytes());
                    int bytes = random.nextBoolean()
                            ? bank.rowBytes() - first
                            : random.nextInt(1, bank.rowBytes() - first + 1);
                    int gap = random.nextInt(8) < pause ? random.nextInt(random.nextInt(10) == 0 ? 5000 : 50) : 0;
                    return new Piece(random.nextInt(4) < writes ? Access.WRITE : Access.READ, row, first, bytes, gap);
                })
                .toList();
    }

    @Provide
    Arbitrary<BankSpec> banks() {
        Arbitrary<int[]> cycles =
                Arbitraries.integers().between(1, 12).array(int[].class).ofSize(11);
        return Combinators.combine(
                        cycles,
                        Arbitraries.integers().between(0, 400),
                        Arbitraries.of(1, 1, 2, 3, 4),
                        Arbitraries.of(RefreshMode.class))
                .as((c, refi, subBanks, mode) -> new BankSpec(ROWS * 512L, 512, 64, subBanks, mode, timing(c, refi)));
    }

    private static DramTiming timing(int[] c, int slack) {
        int ras = c[4] + c[5];
        int rc = ras + c[6];
        int rfc = 40;
        int refi = slack < 50 ? 0 : rfc + rc + c[0] + c[2] + c[3] + c[6] + c[7] + c[8] + slack;
        return new DramTiming(1, c[0], c[1], c[2], c[3], c[6], ras, rc, c[7], c[8], c[9], c[10], refi, rfc);
    }
}
