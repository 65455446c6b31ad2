package h2eal.hardware;

import java.util.Objects;

/// One DRAM bank under a tile, with its own row buffer and its own hybrid-bonded interface.
///
/// @param capacityBytes size of the bank
/// @param rowBytes bytes one activation opens
/// @param burstBytes bytes one column command moves
public record BankSpec(long capacityBytes, int rowBytes, int burstBytes, DramTiming timing) {

    public BankSpec {
        Objects.requireNonNull(timing, "timing");
        if (burstBytes < 1 || rowBytes < burstBytes || rowBytes % burstBytes != 0) {
            throw new IllegalArgumentException(
                    "rowBytes must be a positive multiple of burstBytes: %d, %d".formatted(rowBytes, burstBytes));
        }
        if (capacityBytes < rowBytes || capacityBytes % rowBytes != 0) {
            throw new IllegalArgumentException(
                    "capacityBytes must be a positive multiple of rowBytes: %d, %d".formatted(capacityBytes, rowBytes));
        }
    }

    /// Rows of the bank.
    public long rows() {
        return capacityBytes / rowBytes;
    }

    /// Bytes per cycle while a row streams: the peak of the interface.
    public double peakBytesPerCycle() {
        return (double) burstBytes / timing.tCcd();
    }
}
