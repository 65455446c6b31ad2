package h2eal.sim.dram;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.hardware.BankSpec;
import h2eal.hardware.DramCommand;
import h2eal.hardware.TimingRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Do the engines, which serve piece after piece, open rows ahead as a controller does that is asked every cycle?
class LookAheadOracleTest {

    @Property(tries = 60)
    void enginesServeAsAControllerThatIsAskedEveryCycle(@ForAll long seed) {
        Random random = new Random(seed);
        BankSpec bank = Banks.withoutRefresh(Banks.random(random, random.nextInt(1, 5)));
        List<EnginesAgreeTest.Piece> pieces = EnginesAgreeTest.workload(bank, random);
        long[] expected = new Controller(bank, pieces).run();
        for (EngineKind kind : EngineKind.values()) {
            BankEngine engine = kind.engine(bank);
            long arrival = 0;
            long[] finish = new long[pieces.size()];
            for (int i = 0; i < finish.length; i++) {
                EnginesAgreeTest.Piece piece = pieces.get(i);
                arrival += piece.gap();
                finish[i] = engine.access(piece.access(), piece.row(), piece.firstByte(), piece.bytes(), arrival);
            }
            assertThat(finish).as("%s %s %s", kind, bank, pieces).isEqualTo(expected);
        }
    }

    /// One command per cycle on the column bus and on the row bus of each sub-bank. Columns and activations keep the
    /// order of the pieces; a row buffer is given up when no older piece needs it.
    private static final class Controller {

        private final BankSpec spec;
        private final Bank bank;
        private final List<EnginesAgreeTest.Piece> pieces;
        private final long[] arrival;
        private final long[] finish;
        private final int[] columnsLeft;
        private final List<Integer> queue = new ArrayList<>();
        private int sent;
        private int left;

        Controller(BankSpec spec, List<EnginesAgreeTest.Piece> pieces) {
            this.spec = spec;
            this.pieces = pieces;
            bank = new Bank(spec, TimingRule.of(spec.timing()));
            finish = new long[pieces.size()];
            arrival = pieces.stream().mapToLong(EnginesAgreeTest.Piece::gap).toArray();
            Arrays.parallelPrefix(arrival, Long::sum);
            columnsLeft = pieces.stream()
                    .mapToInt(p -> (p.firstByte() + p.bytes() - 1) / 64 - p.firstByte() / 64 + 1)
                    .toArray();
        }

        long[] run() {
            for (long cycle = 0; left < finish.length; cycle++) {
                while (sent < finish.length && arrival[sent] <= cycle && queue.size() < BankEngine.QUEUE_PIECES) {
                    queue.add(sent++);
                }
                openRows(cycle);
                moveData(cycle);
            }
            return finish;
        }

        private void openRows(long cycle) {
            for (int age = 0; age < queue.size(); age++) {
                if (!bank.isOpen(row(age)) && !open(age, cycle)) {
                    giveUpAhead(age + 1, cycle);
                    return;
                }
            }
        }

        /// Moves one step on the way to the row of a piece; true when it is open.
        private boolean open(int age, long cycle) {
            DramCommand next = bank.next(DramCommand.READ, row(age));
            if (neededByAnOlder(age) || bank.earliest(next, row(age), cycle) > cycle) {
                return false;
            }
            bank.issue(next, row(age), cycle);
            return next == DramCommand.ACTIVATE;
        }

        /// Behind the first piece whose row is still closed rows may be closed, not opened.
        private void giveUpAhead(int from, long cycle) {
            for (int age = from; age < queue.size(); age++) {
                int row = row(age);
                if (!neededByAnOlder(age)
                        && bank.next(DramCommand.READ, row) == DramCommand.PRECHARGE
                        && bank.earliest(DramCommand.PRECHARGE, row, cycle) == cycle) {
                    bank.issue(DramCommand.PRECHARGE, row, cycle);
                }
            }
        }

        private boolean neededByAnOlder(int age) {
            return queue.subList(0, age).stream()
                    .anyMatch(older -> spec.subBank(pieces.get(older).row()) == spec.subBank(row(age)));
        }

        private void moveData(long cycle) {
            if (queue.isEmpty()) {
                return;
            }
            int oldest = queue.getFirst();
            DramCommand column = pieces.get(oldest).access().command();
            int row = row(0);
            if (bank.earliest(column, row, cycle) == cycle) {
                bank.issue(column, row, cycle);
                if (--columnsLeft[oldest] == 0) {
                    boolean read = column == DramCommand.READ;
                    finish[oldest] = cycle
                            + spec.timing().tCcd()
                            + (read ? spec.timing().tCl() : spec.timing().tCwl());
                    queue.removeFirst();
                    left++;
                }
            }
        }

        private int row(int age) {
            return pieces.get(queue.get(age)).row();
        }
    }
}
