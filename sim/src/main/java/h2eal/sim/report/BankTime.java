package h2eal.sim.report;

/// Where the time of the DRAM interfaces went, in cycles summed over all banks: why the achieved bandwidth is below
/// the peak. The parts add up to banks x cycles.
///
/// @param transfer moving bytes
/// @param rowTurnaround closing one row and opening the next, or turning from write to read
/// @param refresh blocked by refresh
/// @param compute held back by a tile that has not yet computed what it was given
/// @param network waiting for queries, selections, partials or vectors
/// @param imbalance idle while another bank or tile still works, pipeline latencies included
public record BankTime(
        double transfer, double rowTurnaround, double refresh, double compute, double network, double imbalance) {

    /// No time at all.
    public static final BankTime NONE = new BankTime(0, 0, 0, 0, 0, 0);

    public BankTime {
        if (!(Math.min(Math.min(transfer, rowTurnaround), Math.min(refresh, compute)) >= 0
                && Math.min(network, imbalance) >= 0)) {
            throw new IllegalArgumentException(
                    "time is not negative: %s transfer, %s turn-around, %s refresh, %s compute,"
                                    .formatted(transfer, rowTurnaround, refresh, compute)
                            + " %s network, %s imbalance".formatted(network, imbalance));
        }
    }

    /// Time spent waiting for the network only.
    public static BankTime waitingForNetwork(double bankCycles) {
        return new BankTime(0, 0, 0, 0, bankCycles, 0);
    }

    /// The sum of the parts.
    public double total() {
        return transfer + rowTurnaround + refresh + compute + network + imbalance;
    }

    /// The sum of both.
    public BankTime plus(BankTime other) {
        return new BankTime(
                transfer + other.transfer,
                rowTurnaround + other.rowTurnaround,
                refresh + other.refresh,
                compute + other.compute,
                network + other.network,
                imbalance + other.imbalance);
    }

    /// The same `times` times.
    public BankTime times(long times) {
        return new BankTime(
                times * transfer,
                times * rowTurnaround,
                times * refresh,
                times * compute,
                times * network,
                times * imbalance);
    }
}
