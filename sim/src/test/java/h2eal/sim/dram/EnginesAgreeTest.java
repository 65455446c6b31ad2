package h2eal.sim.dram;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.hardware.BankSpec;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// The engines give the same cycle for every piece and the same counts, whatever the bank and the workload.
class EnginesAgreeTest {

    /// A piece of a random workload; it arrives `gap` cycles after the one before.
    record Piece(Access access, int row, int firstByte, int bytes, int gap) {}

    @Property(tries = 400)
    void everyPieceFinishesAtTheSameCycle(@ForAll long seed) {
        Random random = new Random(seed);
        BankSpec bank = Banks.random(random, random.nextInt(1, 5));
        BankEngine command = EngineKind.COMMAND.engine(bank);
        BankEngine burst = EngineKind.BURST.engine(bank);
        long arrival = 0;
        for (Piece piece : workload(bank, random)) {
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

    @Property(tries = 400)
    void runOfRowsFinishesLikeItsRowsOneByOne(@ForAll long seed) {
        Random random = new Random(seed);
        BankSpec bank = Banks.random(random, random.nextInt(1, 3));
        BankEngine command = EngineKind.COMMAND.engine(bank);
        BankEngine burst = EngineKind.BURST.engine(bank);
        long arrival = 0;
        for (Piece piece : workload(bank, random)) {
            arrival += piece.gap();
            int rows = random.nextInt(1, Banks.ROWS - piece.row() + 1);
            long expected = command.rows(piece.access(), piece.row(), rows, piece.bytes(), arrival);
            long finish = burst.rows(piece.access(), piece.row(), rows, piece.bytes(), arrival);
            assertThat(finish).as("%s", piece).isEqualTo(expected);
            assertThat(burst.counts()).as("%s", piece).isEqualTo(command.counts());
            assertThat(burst.closingCycle(piece.row())).isEqualTo(command.closingCycle(piece.row()));
            assertThat(burst.isOpen(piece.row() + rows - 1)).isEqualTo(command.isOpen(piece.row() + rows - 1));
        }
    }

    /// Few rows, so that hits, conflicts and streams all occur; now and then a long pause.
    static List<Piece> workload(BankSpec bank, Random random) {
        int writes = random.nextInt(3);
        int pause = random.nextInt(3);
        return random.ints(random.nextInt(1, 200), 0, Banks.ROWS)
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
}
