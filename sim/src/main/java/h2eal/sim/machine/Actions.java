package h2eal.sim.machine;

import h2eal.model.Precision;
import h2eal.sim.energy.ActionCounts;
import h2eal.sim.tile.TileWork;
import java.util.Map;

/// Counts what tiles and network do in one phase.
public final class Actions {

    private final Precision type;
    private long sramBytes;
    private long macs;
    private long specials;
    private long scores;
    private long candidates;
    private long hopBytes;

    /// Nothing done yet; all multiplications are of one type.
    public Actions(Precision type) {
        this.type = type;
    }

    /// Bytes written to and read from SRAM once.
    public void streamed(long bytes) {
        sramBytes += 2 * bytes;
    }

    /// Work of one tile.
    public void computed(TileWork work) {
        computed(work, 1);
    }

    /// The same work on several tiles.
    public void computed(TileWork work, long tiles) {
        macs += tiles * work.macs();
        specials += tiles * work.specials();
        scores += tiles * work.scores();
        candidates += tiles * work.candidates();
    }

    /// Bytes times hops.
    public void sent(long newHopBytes) {
        hopBytes += newHopBytes;
    }

    /// Everything so far.
    public ActionCounts counts() {
        Map<Precision, Long> byType = macs == 0 ? Map.of() : Map.of(type, macs);
        return new ActionCounts(0, 0, 0, 0, sramBytes, byType, specials, scores, candidates, hopBytes);
    }
}
