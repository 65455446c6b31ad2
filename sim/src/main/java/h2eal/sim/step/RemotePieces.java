package h2eal.sim.step;

import java.util.Arrays;

/// Row pieces that one head must fetch from banks of other tiles, bank by bank.
final class RemotePieces {

    private static final int FIELDS = 5;
    private static final int TILE = 0;
    private static final int BANK = 1;
    private static final int ROW = 2;
    private static final int COLUMN = 3;
    private static final int BYTES = 4;

    private int[] fields = new int[FIELDS * 64];
    private int pieces;
    private int[] laneStart = new int[8];
    private int lanes;

    void add(int tile, int bank, int row, int column, int bytes) {
        if (pieces == 0 || tile(pieces - 1) != tile || bank(pieces - 1) != bank) {
            if (lanes + 1 == laneStart.length) {
                laneStart = Arrays.copyOf(laneStart, 2 * lanes + 2);
            }
            laneStart[lanes++] = pieces;
        }
        int at = FIELDS * pieces++;
        if (at == fields.length) {
            fields = Arrays.copyOf(fields, 2 * at);
        }
        fields[at + TILE] = tile;
        fields[at + BANK] = bank;
        fields[at + ROW] = row;
        fields[at + COLUMN] = column;
        fields[at + BYTES] = bytes;
    }

    boolean isEmpty() {
        return pieces == 0;
    }

    /// Runs of pieces in one bank.
    int lanes() {
        return lanes;
    }

    /// First piece of a lane.
    int laneStart(int lane) {
        return laneStart[lane];
    }

    /// The piece after the last of a lane.
    int laneEnd(int lane) {
        return lane + 1 == lanes ? pieces : laneStart[lane + 1];
    }

    int tile(int piece) {
        return fields[FIELDS * piece + TILE];
    }

    int bank(int piece) {
        return fields[FIELDS * piece + BANK];
    }

    int row(int piece) {
        return fields[FIELDS * piece + ROW];
    }

    int column(int piece) {
        return fields[FIELDS * piece + COLUMN];
    }

    int bytes(int piece) {
        return fields[FIELDS * piece + BYTES];
    }
}
