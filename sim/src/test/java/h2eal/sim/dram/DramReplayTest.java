package h2eal.sim.dram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import h2eal.hardware.BankSpec;
import h2eal.hardware.RefreshMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// In which order are bare requests served?
class DramReplayTest {

    private static final BankSpec EDGE = Banks.withoutRefresh(Banks.EDGE);
    private static final int ROW = 2048;

    private static List<Long> order(BankSpec bank, long... addresses) {
        List<Long> order = new ArrayList<>();
        DramReplay replay = new DramReplay(bank, EngineKind.COMMAND, (number, cycle) -> order.add(number));
        for (long address : addresses) {
            replay.send(address, Access.READ, 0);
        }
        replay.finish();
        return order;
    }

    @Test
    void hitPassesAnOlderMissWhileTheRowCannotCloseYet() {
        assertThat(order(EDGE, 0, 5 * ROW, 64)).containsExactly(0L, 2L, 1L);
    }

    /// Bursts of 4 cycles: after one read the row can close (tRTP 3) before the next could go out.
    @Test
    void hitThatIsNotReadyInTimeKeepsItsPlace() {
        BankSpec fast = Banks.withoutRefresh(Banks.FAST);
        assertThat(order(fast, 0, 5 * ROW, 64)).containsExactly(0L, 1L, 2L);
    }

    @Test
    void missesAreServedByAge() {
        assertThat(order(EDGE, 0, 5 * ROW, 3 * ROW, 5 * ROW + 64)).containsExactly(0L, 1L, 3L, 2L);
    }

    /// One request enters per cycle: number 10 is there when row 0 could close, at tRAS = 14; number 20 is not.
    @Test
    void hitThatEntersTooLateIsNotSeen() {
        assertThat(order(EDGE, missesButOneHit(10))).startsWith(0L, 10L, 1L);
        assertThat(order(EDGE, missesButOneHit(20))).startsWith(0L, 1L).isSorted();
    }

    private static long[] missesButOneHit(int hit) {
        long[] addresses = new long[60];
        Arrays.setAll(addresses, number -> number == hit ? 64 : (long) number * ROW);
        return addresses;
    }

    @Property(tries = 100)
    void everyRequestIsServedOnceAndThoseToOneRowInOrder(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int subBanks, @ForAll RefreshMode mode) {
        BankSpec bank = Banks.withSubBanks(Banks.EDGE, subBanks, mode);
        Random random = new Random(seed);
        long[] addresses = random.longs(300, 0, 12).map(row -> row * ROW).toArray();
        List<Long> order = new ArrayList<>();
        DramReplay command = new DramReplay(bank, EngineKind.COMMAND, (number, cycle) -> order.add(number));
        DramReplay burst = new DramReplay(bank, EngineKind.BURST, (number, cycle) -> {});
        long arrival = 0;
        for (long address : addresses) {
            arrival += random.nextInt(4) == 0 ? random.nextInt(60) : 0;
            Access access = random.nextInt(3) == 0 ? Access.WRITE : Access.READ;
            command.send(address, access, arrival);
            burst.send(address, access, arrival);
        }
        assertThat(burst.finish()).isEqualTo(command.finish());
        assertThat(order).hasSize(addresses.length).doesNotHaveDuplicates();
        for (long row = 0; row < 12; row++) {
            long address = row * ROW;
            assertThat(order.stream().filter(number -> addresses[number.intValue()] == address))
                    .isSorted();
        }
    }

    @Test
    void requestBeyondTheBankIsRefused() {
        DramReplay replay = new DramReplay(EDGE, EngineKind.BURST, (number, cycle) -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> replay.send(1L << 28, Access.READ, 0))
                .withMessage("address 0x10000000 lies beyond the bank's 268435456 bytes");
    }
}
