package h2eal.mapping.placement;

import h2eal.hardware.Accelerator;
import java.util.Arrays;

/// Hands out the rows of every bank, lowest first. Mutable; lives only while a plan is placed.
final class BankRows {

    private final Accelerator accelerator;
    private final int firstRow;
    private final long[] nextRow;

    BankRows(Accelerator accelerator, int firstRow) {
        this.accelerator = accelerator;
        this.firstRow = firstRow;
        this.nextRow = new long[accelerator.mesh().tiles() * accelerator.tile().banks()];
        Arrays.fill(nextRow, firstRow);
    }

    Accelerator accelerator() {
        return accelerator;
    }

    /// Bytes of one row.
    int rowBytes() {
        return accelerator.bank().rowBytes();
    }

    /// Takes `rows` rows of a bank and returns the first.
    int take(int tile, int bank, long rows) {
        if (tile < 0 || tile >= accelerator.mesh().tiles()) {
            throw new IllegalArgumentException("%s has tiles 0..%d, not %d"
                    .formatted(accelerator.name(), accelerator.mesh().tiles() - 1, tile));
        }
        int index = tile * accelerator.tile().banks() + bank;
        long first = nextRow[index];
        nextRow[index] += rows;
        // An overflowing plan is refused as a whole by requireFits, which knows by how much; rows only have to be ints.
        return (int) Math.min(first, Integer.MAX_VALUE);
    }

    /// Rows taken from each bank, tile by tile.
    ///
    /// @throws IllegalArgumentException if a bank has fewer rows than were taken
    int[] requireFits() {
        int[] used = new int[nextRow.length];
        int banks = accelerator.tile().banks();
        long available = accelerator.bank().rows();
        int fullest = 0;
        for (int i = 0; i < nextRow.length; i++) {
            used[i] = (int) Math.min(Integer.MAX_VALUE, nextRow[i] - firstRow);
            fullest = nextRow[i] > nextRow[fullest] ? i : fullest;
        }
        if (nextRow[fullest] > available) {
            double mebibyte = 1 << 20;
            int rowBytes = accelerator.bank().rowBytes();
            throw new IllegalArgumentException(
                    "bank %d of tile %d of %s needs %.1f MiB (%.1f of weights, %.1f of KV cache) and has %.1f"
                            .formatted(
                                    fullest % banks,
                                    fullest / banks,
                                    accelerator.name(),
                                    nextRow[fullest] * rowBytes / mebibyte,
                                    firstRow * (long) rowBytes / mebibyte,
                                    (nextRow[fullest] - firstRow) * (long) rowBytes / mebibyte,
                                    available * rowBytes / mebibyte));
        }
        return used;
    }
}
