package h2eal.sim.dram;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.hardware.BankSpec;
import h2eal.hardware.DramCommand;
import h2eal.hardware.RefreshMode;
import h2eal.hardware.TimingRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Does the replay, which jumps from command to command, do what a controller does that is asked every cycle?
class ReplayOracleTest {

    record Request(int number, int row, Access access, long arrival) {}

    @Property(tries = 200)
    void replayServesAsAControllerThatIsAskedEveryCycle(@ForAll long seed) {
        Random random = new Random(seed);
        BankSpec bank = allBank(Banks.random(random, 1));
        List<Request> requests = requests(random);
        long[] expected = new Controller(bank, requests).run();
        for (EngineKind kind : EngineKind.values()) {
            long[] finish = new long[requests.size()];
            DramReplay replay = new DramReplay(bank, kind, (number, cycle) -> finish[(int) number] = cycle);
            requests.forEach(r -> replay.send((long) r.row() * bank.rowBytes(), r.access(), r.arrival()));
            replay.finish();
            assertThat(finish).as("%s %s %s", kind, bank, requests).isEqualTo(expected);
        }
    }

    /// With one sub-bank the modes differ only in whether a piece is interrupted, and bare requests are no pieces.
    private static BankSpec allBank(BankSpec bank) {
        return Banks.withSubBanks(bank, 1, RefreshMode.ALL_BANK);
    }

    private static List<Request> requests(Random random) {
        List<Request> requests = new ArrayList<>();
        int rows = random.nextInt(1, 20);
        int writes = random.nextInt(3);
        int pauses = random.nextInt(3);
        long arrival = 0;
        int row = 0;
        int count = random.nextInt(1, 200);
        for (int number = 0; number < count; number++) {
            row = random.nextInt(3) == 0 ? random.nextInt(rows) : row;
            arrival += random.nextInt(10) < pauses ? random.nextInt(100) : 0;
            Access access = random.nextInt(6) < writes ? Access.WRITE : Access.READ;
            requests.add(new Request(number, row, access, arrival));
        }
        return requests;
    }

    /// One bank, one command per cycle, first ready, first come: the plainest way to say it.
    private static final class Controller {

        private final BankSpec spec;
        private final Bank bank;
        private final List<Request> sent;
        private final List<Request> queue = new ArrayList<>();
        private final long[] finish;
        private long refreshDue;
        private boolean justOpened;

        Controller(BankSpec spec, List<Request> requests) {
            this.spec = spec;
            bank = new Bank(spec, TimingRule.of(spec.timing()));
            sent = new ArrayList<>(requests);
            finish = new long[requests.size()];
            refreshDue =
                    spec.timing().tRefi() == 0 ? Long.MAX_VALUE : spec.timing().tRefi() - 1;
        }

        long[] run() {
            for (long cycle = 0; !sent.isEmpty() || !queue.isEmpty(); cycle++) {
                if (!sent.isEmpty()
                        && queue.size() < BankEngine.QUEUE_PIECES
                        && sent.getFirst().arrival() <= cycle) {
                    queue.add(sent.removeFirst());
                }
                if (cycle >= refreshDue && !justOpened) {
                    refresh(cycle);
                } else {
                    schedule(cycle);
                }
            }
            return finish;
        }

        private void refresh(long cycle) {
            DramCommand next = bank.next(DramCommand.REFRESH, 0);
            int row = openRow();
            if (bank.earliest(next, row, cycle) == cycle) {
                bank.issue(next, row, cycle);
                refreshDue += next == DramCommand.REFRESH ? spec.timing().tRefi() : 0;
            }
        }

        private int openRow() {
            int row = 0;
            while (row < Banks.ROWS - 1 && !bank.isOpen(row)) {
                row++;
            }
            return row;
        }

        private void schedule(long cycle) {
            for (int age = 0; age < queue.size(); age++) {
                Request request = queue.get(age);
                DramCommand next = bank.next(request.access().command(), request.row());
                boolean mayPass = next.movesData() && firstOfItsRow(age);
                if ((age == 0 || mayPass) && bank.earliest(next, request.row(), cycle) == cycle) {
                    bank.issue(next, request.row(), cycle);
                    justOpened = next == DramCommand.ACTIVATE;
                    if (next.movesData()) {
                        finish[request.number()] = cycle
                                + latency(request.access())
                                + spec.timing().tCcd();
                        queue.remove(age);
                    }
                    return;
                }
            }
        }

        private boolean firstOfItsRow(int age) {
            return queue.subList(0, age).stream()
                    .noneMatch(older -> older.row() == queue.get(age).row());
        }

        private int latency(Access access) {
            return access == Access.READ ? spec.timing().tCl() : spec.timing().tCwl();
        }
    }
}
