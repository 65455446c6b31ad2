package h2eal.mapping.spread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class InterleaveTest {

    @Property(tries = 200)
    void everyPrefixGivesEveryMemberItsShareWithinOneUnit(
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 100) Integer> weights,
            @ForAll @IntRange(min = 100, max = 2000) int period) {
        double sum = weights.stream().mapToInt(Integer::intValue).sum();
        List<Double> shares = weights.stream().map(weight -> weight / sum).toList();
        Interleave deal = Interleave.of(shares, period);
        long[] held = new long[shares.size()];
        for (int unit = 0; unit < 2 * period; unit++) {
            held[deal.member(unit)]++;
            for (int member = 0; member < held.length; member++) {
                double rounding = (unit + 1.0) / period;
                assertThat((double) held[member])
                        .isCloseTo((unit + 1) * shares.get(member), within(1 + rounding + 1e-9));
            }
        }
    }

    @Property(tries = 100)
    void countAndUnitAgreeWithDealingOneByOne(
            @ForAll @Size(min = 1, max = 9) List<@IntRange(min = 1, max = 50) Integer> weights,
            @ForAll @IntRange(min = 9, max = 300) int period) {
        double sum = weights.stream().mapToInt(Integer::intValue).sum();
        Interleave deal = Interleave.of(weights.stream().map(w -> w / sum).toList(), period);
        long[] held = new long[weights.size()];
        for (int unit = 0; unit < 3 * period; unit++) {
            int member = deal.member(unit);
            assertThat(deal.count(member, unit)).isEqualTo(held[member]);
            assertThat(deal.unit(member, held[member])).isEqualTo(unit);
            held[member]++;
        }
    }

    @Test
    void equalSharesAreDealtInTurn() {
        Interleave deal = Interleave.of(List.of(0.25, 0.25, 0.25, 0.25), 999);
        assertThat(IntStream.range(0, 8).map(deal::member)).containsExactly(0, 1, 2, 3, 0, 1, 2, 3);
    }

    @Test
    void roundingGivesTheRestToTheLargestRemainders() {
        assertThat(Interleave.quotas(List.of(0.5, 0.3, 0.2), 4)).containsExactly(2, 1, 1);
        assertThat(Interleave.quotas(List.of(0.999, 0.001), 10)).containsExactly(10, 0);
    }
}
