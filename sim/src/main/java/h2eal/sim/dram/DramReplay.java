package h2eal.sim.dram;

import h2eal.hardware.BankSpec;

/// Serves bare requests, each one burst long, from one bank: first ready, first come, first served (FR-FCFS). The
/// oldest request in the queue goes first, but one that hits an open row passes it if it is ready before that row can
/// be closed. Requests to one row never pass each other.
///
/// The queue takes one request per cycle, in the order they are sent, while an entry is free; an entry is free in the
/// cycle after its column command. This is the closed loop in which the golden cycles of Ramulator 2.1 and DRAMsim3
/// were taken. Memory is constant. Single-threaded.
public final class DramReplay {

    private static final int ENTRIES = BankEngine.QUEUE_PIECES;
    private static final int MASK = Integer.highestOneBit(2 * ENTRIES - 1) - 1;

    private final BankSpec bank;
    private final BankEngine engine;
    private final Completion completion;

    /// Requests sent and not served, by age, in a ring that starts at `head`; the first `entered` are in the queue.
    private final int[] rows = new int[MASK + 1];

    private final Access[] accesses = new Access[MASK + 1];
    private final long[] entryCycles = new long[MASK + 1];
    private final long[] numbers = new long[MASK + 1];
    private int head;
    private int pending;
    private int entered;

    /// Cycles of the last column commands, in the order they were served.
    private final long[] issueCycles = new long[ENTRIES];

    private long requests;
    private long served;
    private long lastEntryCycle = -1;
    private long finishCycle;

    /// Learns when each request is complete.
    @FunctionalInterface
    public interface Completion {
        /// The data of request `number`, counted from 0, has crossed the interface at `finishCycle`.
        void complete(long number, long finishCycle);
    }

    /// What a replay gave.
    ///
    /// @param finishCycle cycle at which the last data has crossed the interface, counted from 0
    /// @param counts everything the bank did
    public record Result(long requests, long finishCycle, DramCounts counts) {}

    /// A replay on a new bank, at cycle 0.
    public DramReplay(BankSpec bank, EngineKind kind, Completion completion) {
        this.bank = bank;
        this.engine = kind.engine(bank);
        this.completion = completion;
    }

    /// Sends the next request.
    ///
    /// @throws IllegalArgumentException if the address lies beyond the bank
    public void send(long address, Access access, long arrivalCycle) {
        if (address < 0 || address >= bank.capacityBytes()) {
            throw new IllegalArgumentException(
                    "address 0x%x lies beyond the bank's %d bytes".formatted(address, bank.capacityBytes()));
        }
        if (arrivalCycle < 0) {
            throw new IllegalArgumentException("the arrival must not be negative: " + arrivalCycle);
        }
        if (pending == ENTRIES) {
            serveSome();
        }
        int slot = slot(pending);
        rows[slot] = (int) (address / bank.rowBytes());
        accesses[slot] = access;
        entryCycles[slot] = arrivalCycle;
        numbers[slot] = requests++;
        pending++;
    }

    /// Serves all requests that are left.
    public Result finish() {
        while (pending > 0) {
            serveSome();
        }
        engine.advance(finishCycle);
        return new Result(requests, finishCycle, engine.counts());
    }

    /// Serves at least one request.
    private void serveSome() {
        enter(engine.freeCycle());
        if (engine.isOpen(rows[slot(0)])) {
            serveHits();
        } else {
            serve(chooseMiss());
        }
    }

    /// Serves the oldest requests as one piece while each hits the row of the first and no refresh is due.
    private void serveHits() {
        int first = slot(0);
        Access access = accesses[first];
        int row = rows[first];
        long start = Math.max(engine.columnCycle(access), entryCycles[first]);
        int burst = bank.timing().tCcd();
        int due = Math.clamp(Math.ceilDiv(engine.refreshCycle(row) - start, burst), 1, ENTRIES);
        int most = Math.min(entered, due);
        int count = 1;
        while (count < most && rows[slot(count)] == row && accesses[slot(count)] == access) {
            count++;
        }
        long last = engine.bursts(access, row, count, entryCycles[first]);
        for (int age = 0; age < count; age++) {
            complete(slot(age), last - (long) (count - 1 - age) * burst);
        }
        head = head + count & MASK;
        pending -= count;
        entered -= count;
    }

    /// Age of the request to serve next when the row of the oldest is closed.
    private int chooseMiss() {
        int oldest = slot(0);
        long close = Math.max(engine.closingCycle(rows[oldest]), entryCycles[oldest]);
        enter(close);
        for (int age = 1; age < entered; age++) {
            int slot = slot(age);
            if (engine.isOpen(rows[slot])) {
                long hit = Math.max(engine.columnCycle(accesses[slot]), entryCycles[slot]);
                long inTime = Math.min(passableCycle(close, rows[slot], rows[oldest]), engine.refreshCycle(rows[slot]));
                return hit < inTime ? age : 0;
            }
        }
        return 0;
    }

    /// First cycle at which a hit on `row` would hold up the oldest request: when its row buffer could be closed, or,
    /// in another sub-bank, when the oldest could move its data.
    private long passableCycle(long close, int row, int oldest) {
        boolean sameRowBuffer = bank.subBank(row) == bank.subBank(oldest);
        return sameRowBuffer
                ? close
                : close + bank.timing().tRp() + bank.timing().tRcd();
    }

    /// Lets requests enter the queue up to `cycle`, and at least one.
    private void enter(long cycle) {
        while (entered < pending) {
            int slot = slot(entered);
            long number = served + entered;
            long entry = Math.max(entryCycles[slot], lastEntryCycle + 1);
            if (number >= ENTRIES) {
                entry = Math.max(entry, issueCycles[(int) (number % ENTRIES)] + 1);
            }
            if (entry > cycle && entered > 0) {
                return;
            }
            entryCycles[slot] = entry;
            lastEntryCycle = entry;
            entered++;
        }
    }

    private void serve(int age) {
        int slot = slot(age);
        complete(slot, engine.bursts(accesses[slot], rows[slot], 1, entryCycles[slot]));
        remove(age);
    }

    private void complete(int slot, long finish) {
        finishCycle = Math.max(finishCycle, finish);
        completion.complete(numbers[slot], finish);
        issueCycles[(int) (served % ENTRIES)] = finish - bank.timing().tCcd() - latency(accesses[slot]);
        served++;
    }

    private int latency(Access access) {
        return switch (access) {
            case READ -> bank.timing().tCl();
            case WRITE -> bank.timing().tCwl();
        };
    }

    /// Takes a request out of the ring: the older ones move up by one.
    private void remove(int age) {
        for (int older = age; older > 0; older--) {
            int to = slot(older);
            int from = slot(older - 1);
            rows[to] = rows[from];
            accesses[to] = accesses[from];
            entryCycles[to] = entryCycles[from];
            numbers[to] = numbers[from];
        }
        head = head + 1 & MASK;
        pending--;
        entered--;
    }

    private int slot(int age) {
        return head + age & MASK;
    }
}
