package h2eal.hardware;

import java.util.Objects;

/// One DRAM bank under a tile: one or more row buffers behind one hybrid-bonded interface.
///
/// Consecutive rows lie in consecutive sub-banks, so that a stream of rows opens the next one while this one moves.
///
/// @param capacityBytes size of the bank
/// @param rowBytes bytes one activation opens
/// @param burstBytes bytes one column command moves
/// @param subBanks row buffers that share the interface
/// @param refresh what one refresh command refreshes
public record BankSpec(
        long capacityBytes, int rowBytes, int burstBytes, int subBanks, RefreshMode refresh, DramTiming timing) {

    /// A bank with one row buffer.
    public BankSpec(long capacityBytes, int rowBytes, int burstBytes, DramTiming timing) {
        this(capacityBytes, rowBytes, burstBytes, 1, RefreshMode.ALL_BANK, timing);
    }

    public BankSpec {
        Objects.requireNonNull(refresh, "refresh");
        Objects.requireNonNull(timing, "timing");
        if (burstBytes < 1 || rowBytes < burstBytes || rowBytes % burstBytes != 0) {
            throw new IllegalArgumentException(
                    "rowBytes must be a positive multiple of burstBytes (%d): %d".formatted(burstBytes, rowBytes));
        }
        if (capacityBytes < rowBytes || capacityBytes % rowBytes != 0) {
            throw new IllegalArgumentException("capacityBytes must be a positive multiple of rowBytes (%d): %d"
                    .formatted(rowBytes, capacityBytes));
        }
        if (capacityBytes / rowBytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "capacityBytes / rowBytes must be below 2^31 rows: " + capacityBytes / rowBytes);
        }
        if (subBanks < 1 || subBanks > capacityBytes / rowBytes) {
            throw new IllegalArgumentException("subBanks must be from 1 to the rows of the bank (%d): %d"
                    .formatted(capacityBytes / rowBytes, subBanks));
        }
    }

    /// The same bank with another timing.
    public BankSpec withTiming(DramTiming timing) {
        return new BankSpec(capacityBytes, rowBytes, burstBytes, subBanks, refresh, timing);
    }

    /// Rows of the bank.
    public long rows() {
        return capacityBytes / rowBytes;
    }

    /// Column commands that read one row.
    public int columns() {
        return rowBytes / burstBytes;
    }

    /// The sub-bank that holds `row`.
    public int subBank(int row) {
        return row % subBanks;
    }

    /// Bytes per cycle while a row streams: the peak of the interface.
    public double peakBytesPerCycle() {
        return (double) burstBytes / timing.tCcd();
    }
}
