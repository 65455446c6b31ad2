package h2eal.mapping.cost;

import h2eal.hardware.Accelerator;
import h2eal.mapping.KvFormat;

/// What one phase of a layer's attention costs on one tile: attending tokens, or scoring key summaries. The unit of
/// work is one DRAM row of cells, read whole as `row-packed` places them; what other placements lose is theirs alone.
///
/// A tile streams rows through a ring of chunks while its units compute, so it takes the longer of both, plus the
/// first burst, plus the other one's time for the last chunk.
///
/// @param unitCells cells in one unit
/// @param banks banks of the tile, which stream at the same time
/// @param rowCycles a bank's cycles per unit
/// @param computeCycles cycles per unit of the slowest arithmetic unit
/// @param chunkUnits units on which the tile computes at a time
/// @param fixedCycles first burst, and the latency of the last arithmetic operation
/// @param queryBytes what the first tile of a group sends to the others: the query, and the pages selected
/// @param merging how its tiles put together what each of them found
public record PhaseCost(
        int unitCells,
        int banks,
        double rowCycles,
        double computeCycles,
        double chunkUnits,
        double fixedCycles,
        long queryBytes,
        Merging merging) {

    /// Bytes of a page number in the list a head's tiles are sent.
    private static final int PAGE_NUMBER_BYTES = 4;

    /// Bytes of one number of a query or of an output that travels.
    private static final int ACTIVATION_BYTES = 2;

    /// Bytes of the maximum and the sum of one query head, single precision.
    private static final int SOFTMAX_BYTES = 8;

    /// Attending tokens.
    public static PhaseCost attention(KvFormat format, Accelerator accelerator) {
        int heads = format.queryHeads();
        double logic = accelerator.logicCyclesPerCycle();
        double macs = accelerator.macsPerCycle(format.precision());
        double specials = accelerator.tile().specialsPerCycle() * logic;
        int cells = Math.max(1, accelerator.bank().rowBytes() / format.tokenBytes());
        // Scores, exponentials and outputs are pipelined.
        double compute = cells * Math.max(format.macsPerToken() / macs, heads / specials);
        return of(format.tokenBytes(), compute, accelerator)
                .merging((long) heads * format.headSize() * ACTIVATION_BYTES, halving(format, accelerator));
    }

    private static PartialHalving halving(KvFormat format, Accelerator accelerator) {
        long outputBytes = (long) format.queryHeads() * format.headSize() * ACTIVATION_BYTES;
        return PartialHalving.of(outputBytes, accelerator, halvings -> mergeStep(format, halvings, accelerator));
    }

    /// Merging partials of which `halvings` halvings are left. Maxima and sums lead the message, so that both scales,
    /// two exponentials per head, are known while the outputs arrive to be scaled and added.
    private static MergeStep mergeStep(KvFormat format, int halvings, Accelerator accelerator) {
        int heads = format.queryHeads();
        double logic = accelerator.logicCyclesPerCycle();
        long outputs = Math.ceilDiv((long) heads * format.headSize(), 1L << halvings);
        double flits = Math.ceilDiv(
                outputs * ACTIVATION_BYTES, (long) accelerator.noc().flitBytes());
        double scale = Math.max(
                2.0 * outputs / accelerator.macsPerCycle(format.precision()),
                2 * heads / (accelerator.tile().specialsPerCycle() * logic));
        double combine = scale + accelerator.tile().specialLatencyCycles() / logic;
        return new MergeStep(
                outputs * ACTIVATION_BYTES + (long) heads * SOFTMAX_BYTES,
                combine,
                Math.max(scale / flits, combine - flits / logic));
    }

    /// Scoring key summaries; `pages` is the number of pages a head selects, which its tiles merge.
    public static PhaseCost scoring(KvFormat format, int pages, Accelerator accelerator) {
        double logic = accelerator.logicCyclesPerCycle();
        double adds = accelerator.tile().scoreAddsPerCycle() * logic;
        double candidates = accelerator.tile().candidatesPerCycle() * logic;
        int cells = Math.max(1, accelerator.bank().rowBytes() / format.summaryBytes());
        double perSummary = Math.max(
                format.addsPerSummary() / adds,
                1 / (candidates * format.geometry().summariesPerPage()));
        return of(format.summaryBytes(), cells * perSummary, accelerator)
                .merging(
                        (long) format.queryHeads()
                                * format.headSize()
                                * format.precision().bytes(1),
                        new CandidateChain(1 / candidates, pages / candidates));
    }

    private static PhaseCost of(int cellBytes, double computeCycles, Accelerator accelerator) {
        int rowBytes = accelerator.bank().rowBytes();
        int cells = Math.max(1, rowBytes / cellBytes);
        int rows = Math.max(1, Math.ceilDiv(cellBytes, rowBytes));
        BankStream stream = new BankStream(accelerator.bank());
        double rowCycles = rows * stream.rowCycles(Math.min(rowBytes, cells * cellBytes));
        double fixed = stream.firstBurstCycles()
                + accelerator.tile().specialLatencyCycles() / accelerator.logicCyclesPerCycle();
        double chunkUnits = (double) accelerator.chunkBytes() / (cells * cellBytes);
        return new PhaseCost(
                cells,
                accelerator.tile().banks(),
                rowCycles,
                computeCycles,
                chunkUnits,
                fixed,
                0,
                new CandidateChain(0, 0));
    }

    private PhaseCost merging(long queryBytes, Merging merging) {
        return new PhaseCost(unitCells, banks, rowCycles, computeCycles, chunkUnits, fixedCycles, queryBytes, merging);
    }

    /// Units that hold `cells` cells.
    public long units(long cells) {
        return Math.ceilDiv(cells, unitCells);
    }

    /// Cycles one unit keeps its tile busy at best, every bank streaming.
    public double unitCycles() {
        return Math.max(rowCycles / banks, computeCycles);
    }

    /// Cycles of one tile for `units` units.
    public double tileCycles(long units) {
        if (units == 0) {
            return 0;
        }
        return tileCycles(Math.ceilDiv(units, banks) * rowCycles, units);
    }

    /// Cycles of one tile whose fullest bank streams for `streamCycles` to deliver `units` units in all.
    double tileCycles(double streamCycles, double units) {
        double compute = units * computeCycles;
        double behind = Math.min(chunkUnits, units) * Math.min(computeCycles, rowCycles / banks);
        return Math.max(streamCycles, compute) + behind + fixedCycles;
    }

    /// Most units a tile finishes within `cycles`: the inverse of [#tileCycles].
    public long unitsWithin(double cycles) {
        double behind = chunkUnits * Math.min(computeCycles, rowCycles / banks);
        double streaming = Math.max(0, cycles - behind - fixedCycles);
        long units = (long) Math.min(Math.floor(streaming / rowCycles) * banks, streaming / computeCycles);
        // The estimate is short where less than a chunk is left behind, or a division rounds.
        while (tileCycles(units + 1) <= cycles) {
            units++;
        }
        while (units > 0 && tileCycles(units) > cycles) {
            units--;
        }
        return units;
    }
}
