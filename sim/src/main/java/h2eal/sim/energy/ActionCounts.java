package h2eal.sim.energy;

import h2eal.model.Precision;
import java.util.EnumMap;
import java.util.Map;

/// How often everything that costs energy happened. Counting and pricing never meet in one place: the simulator
/// counts, [Pricing] prices.
///
/// @param activations DRAM rows opened
/// @param readBytes bytes moved by DRAM read bursts, whole bursts
/// @param writtenBytes bytes moved by DRAM write bursts, whole bursts
/// @param refreshedRows DRAM rows refreshed
/// @param sramBytes bytes written to or read from a tile's SRAM; a byte streamed through it counts twice
/// @param macs multiply-accumulates by type of the operands
/// @param specials exponentials, reciprocals and other special functions
/// @param scores multiply-adds of the page selectors
/// @param candidates page scores that went through a streaming top-k
/// @param hopBytes bytes times network hops
public record ActionCounts(
        long activations,
        long readBytes,
        long writtenBytes,
        long refreshedRows,
        long sramBytes,
        Map<Precision, Long> macs,
        long specials,
        long scores,
        long candidates,
        long hopBytes) {

    /// Nothing happened.
    public static final ActionCounts NONE = new ActionCounts(0, 0, 0, 0, 0, Map.of(), 0, 0, 0, 0);

    public ActionCounts {
        macs = Map.copyOf(macs);
        long least = Math.min(
                Math.min(Math.min(activations, readBytes), Math.min(writtenBytes, refreshedRows)),
                Math.min(Math.min(sramBytes, specials), Math.min(Math.min(scores, candidates), hopBytes)));
        for (long count : macs.values()) {
            least = Math.min(least, count);
        }
        if (least < 0) {
            throw new IllegalArgumentException("an action cannot happen %d times".formatted(least));
        }
    }

    /// Bytes moved between DRAM and logic.
    public long dramBytes() {
        return readBytes + writtenBytes;
    }

    /// Multiply-accumulates of all types.
    public long totalMacs() {
        return macs.values().stream().mapToLong(Long::longValue).sum();
    }

    /// The sum of both.
    public ActionCounts plus(ActionCounts other) {
        Map<Precision, Long> sum = new EnumMap<>(Precision.class);
        sum.putAll(macs);
        other.macs.forEach((type, count) -> sum.merge(type, count, Long::sum));
        return new ActionCounts(
                activations + other.activations,
                readBytes + other.readBytes,
                writtenBytes + other.writtenBytes,
                refreshedRows + other.refreshedRows,
                sramBytes + other.sramBytes,
                sum,
                specials + other.specials,
                scores + other.scores,
                candidates + other.candidates,
                hopBytes + other.hopBytes);
    }

    /// The same `times` times.
    public ActionCounts times(long times) {
        Map<Precision, Long> product = new EnumMap<>(Precision.class);
        macs.forEach((type, count) -> product.put(type, times * count));
        return new ActionCounts(
                times * activations,
                times * readBytes,
                times * writtenBytes,
                times * refreshedRows,
                times * sramBytes,
                product,
                times * specials,
                times * scores,
                times * candidates,
                times * hopBytes);
    }
}
