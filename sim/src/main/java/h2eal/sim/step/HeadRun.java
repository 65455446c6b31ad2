package h2eal.sim.step;

import h2eal.attention.HeadRead;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import java.util.List;

/// One head of one sequence in the attention of one layer.
final class HeadRun {

    final HeadGroup group;
    final HeadGroup scoring;
    final HeadRead read;
    /// Cycle at which the query is at the group's root.
    final double queryAt;

    /// The summaries being scored; absent when an earlier selection is reused.
    HeadStream scores;
    /// The tokens being attended.
    HeadStream tokens;
    /// The tiles that hold the outputs at the end, equal parts of them.
    List<Integer> outputTiles;
    /// Cycle at which each tile of the group knows what to read.
    double[] readyAt;

    HeadRun(HeadGroup group, HeadGroup scoring, HeadRead read, double queryAt) {
        this.group = group;
        this.scoring = scoring;
        this.read = read;
        this.queryAt = queryAt;
    }

    /// The head.
    HeadId id() {
        return group.head();
    }

    boolean selects() {
        return read.summariesScored() > 0;
    }
}
