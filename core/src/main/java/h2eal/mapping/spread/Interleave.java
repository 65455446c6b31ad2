package h2eal.mapping.spread;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Deals units 0, 1, 2, ... to members by weight, so that of the first n units every member holds n times its share,
/// within one unit (so any run of n units is within two). Repeats after a period, so counts are closed forms.
///
/// This is the chairman assignment problem (Tijdeman 1980); solved here as a Pfair schedule of one processor (Baruah
/// et al. 1996): the j-th unit of a member of q units per period P falls into the window [jP/q, (j+1)P/q), earliest
/// deadline first.
public final class Interleave {

    private final int period;
    private final short[] memberOf;
    /// Slots of the period, member by member, ascending; those of member i start at `starts[i]`.
    private final short[] slots;

    private final int[] starts;

    private Interleave(int members, short[] memberOf) {
        this.period = memberOf.length;
        this.memberOf = memberOf;
        this.starts = new int[members + 1];
        for (short member : memberOf) {
            starts[member + 1]++;
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        this.slots = new short[period];
        int[] used = starts.clone();
        for (int slot = 0; slot < period; slot++) {
            slots[used[memberOf[slot]]++] = (short) slot;
        }
    }

    /// Deals by `shares`, rounded to multiples of 1 / `period`. Equal shares need no rounding and repeat sooner.
    public static Interleave of(List<Double> shares, int period) {
        if (shares.stream().distinct().count() == 1) {
            return equal(shares.size());
        }
        if (period < 1 || period > Short.MAX_VALUE) {
            throw new IllegalArgumentException("period must be in 1..%d: %d".formatted(Short.MAX_VALUE, period));
        }
        return ofQuotas(quotas(shares, period));
    }

    /// Deals by whole `quotas`: member i gets `quotas[i]` of as many units as they sum to.
    private static Interleave ofQuotas(int[] quotas) {
        int divisor = Arrays.stream(quotas).reduce(0, Interleave::greatestDivisor);
        int[] smallest = Arrays.stream(quotas).map(quota -> quota / divisor).toArray();
        int period = Arrays.stream(smallest).sum();
        return new Interleave(quotas.length, deal(smallest, period));
    }

    private static int greatestDivisor(int a, int b) {
        return b == 0 ? a : greatestDivisor(b, a % b);
    }

    /// Deals in turn.
    public static Interleave equal(int members) {
        short[] memberOf = new short[members];
        for (int member = 0; member < members; member++) {
            memberOf[member] = (short) member;
        }
        return new Interleave(members, memberOf);
    }

    public int members() {
        return starts.length - 1;
    }

    /// The member that holds `unit`.
    public int member(long unit) {
        return memberOf[(int) (unit % period)];
    }

    /// Units after which the deal repeats.
    public int period() {
        return period;
    }

    /// How many of the units `0 .. units - 1` a member holds.
    public long count(int member, long units) {
        return count(member, units / period, (int) (units % period));
    }

    /// How many units a member holds of `rounds` whole periods and `rest` units of the next.
    long count(int member, long rounds, int rest) {
        int start = starts[member];
        int quota = starts[member + 1] - start;
        if (quota == 1) {
            return rounds + (slots[start] < rest ? 1 : 0);
        }
        int found = Arrays.binarySearch(slots, start, start + quota, (short) rest);
        return rounds * quota + (found >= 0 ? found : -found - 1) - start;
    }

    /// A bound on the units a member holds of any run of `units`; exact when dealt in turn.
    public int most(int member, int units) {
        int quota = starts[member + 1] - starts[member];
        int fair = Math.ceilDiv(units * quota, period);
        return period == members() ? fair : Math.min(units, fair + 1);
    }

    /// The unit that is a member's `ordinal`-th, from 0.
    public long unit(int member, long ordinal) {
        int quota = starts[member + 1] - starts[member];
        return ordinal / quota * period + slots[starts[member] + (int) (ordinal % quota)];
    }

    /// Largest-remainder rounding: whole numbers that sum to `total`; ties to the first member.
    public static int[] quotas(List<Double> shares, int total) {
        int[] quotas = new int[shares.size()];
        int left = total;
        for (int i = 0; i < quotas.length; i++) {
            quotas[i] = (int) Math.floor(shares.get(i) * total + 1e-9);
            left -= quotas[i];
        }
        if (left == 0) {
            return quotas;
        }
        List<Integer> byRemainder = IntStream.range(0, quotas.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> quotas[i] - shares.get(i) * total))
                .toList();
        for (int i = 0; i < left; i++) {
            quotas[byRemainder.get(i)]++;
        }
        return quotas;
    }

    /// A slot goes to the member whose window is open and ends first; members are few, so all are asked.
    private static short[] deal(int[] quotas, int period) {
        int members = quotas.length;
        long[] ordinal = new long[members];
        long[] release = new long[members];
        long[] deadline = new long[members];
        for (int member = 0; member < members; member++) {
            release[member] = quotas[member] == 0 ? Long.MAX_VALUE : 0;
            deadline[member] = quotas[member] == 0 ? Long.MAX_VALUE : Math.ceilDiv(period, quotas[member]);
        }
        short[] memberOf = new short[period];
        for (int slot = 0; slot < period; slot++) {
            int first = -1;
            for (int member = 0; member < members; member++) {
                boolean open = release[member] <= slot;
                first = open && (first < 0 || deadline[member] < deadline[first]) ? member : first;
            }
            memberOf[slot] = (short) first;
            long next = ++ordinal[first];
            int quota = quotas[first];
            release[first] = next < quota ? next * period / quota : Long.MAX_VALUE;
            deadline[first] = Math.ceilDiv((next + 1) * period, quota);
        }
        return memberOf;
    }
}
