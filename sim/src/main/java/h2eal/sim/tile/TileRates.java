package h2eal.sim.tile;

import h2eal.hardware.Accelerator;
import h2eal.hardware.TileSpec;

/// How long the units of a tile take, in cycles of the bank interface.
public final class TileRates {

    private final Accelerator accelerator;
    private final double specialsPerCycle;
    private final double scoresPerCycle;
    private final double candidatesPerCycle;
    private final double specialLatencyCycles;

    public TileRates(Accelerator accelerator) {
        TileSpec tile = accelerator.tile();
        double logic = accelerator.logicCyclesPerCycle();
        this.accelerator = accelerator;
        this.specialsPerCycle = tile.specialsPerCycle() * logic;
        this.scoresPerCycle = tile.scoreAddsPerCycle() * logic;
        this.candidatesPerCycle = tile.candidatesPerCycle() * logic;
        this.specialLatencyCycles = tile.specialLatencyCycles() / logic;
    }

    /// Cycles of the slowest unit: MAC array, special-function unit, score adders and top-k are pipelined and work at
    /// the same time.
    public double cycles(TileWork work) {
        double macs = work.macs() == 0 ? 0 : work.macs() / accelerator.macsPerCycle(work.type());
        double specials = work.specials() / specialsPerCycle;
        double scores = work.scores() / scoresPerCycle;
        double candidates = work.candidates() / candidatesPerCycle;
        return Math.max(Math.max(macs, specials), Math.max(scores, candidates));
    }

    /// Cycles until the last result leaves the units after the last input entered them.
    public double drainCycles(TileWork work) {
        return work.specials() > 0 ? specialLatencyCycles : 0;
    }
}
