package h2eal.mapping.spread;

import h2eal.mapping.HeadGroup;
import java.util.List;

/// Spreads the cells of one head (its tokens, or its key summaries) over the banks of its tiles: units of `unitCells`
/// consecutive cells go to tiles by weight, and the units of one tile go to its banks in turn. A *lane* is one bank of
/// one tile of the group.
///
/// @param tiles tiles of the group
/// @param banks banks per tile
/// @param unitCells cells that stay together
/// @param firstBank bank of every tile that takes its first unit, so that short runs of several heads do not meet
/// @param deal which tile of the group holds which unit
public record Spread(List<Integer> tiles, int banks, int unitCells, int firstBank, Interleave deal) {

    /// Slots over which shares are rounded: a group of 64 tiles then misses its shares by less than 1 %.
    private static final int PERIOD = 4096;

    /// Spreads `cells` cells over a tile group. Shares are exact to one unit where the cells are few.
    public static Spread of(HeadGroup group, int banks, int firstBank, int unitCells, int cells) {
        int units = Math.clamp(Math.ceilDiv(cells, unitCells), 1, PERIOD);
        return new Spread(group.tiles(), banks, unitCells, firstBank % banks, Interleave.of(group.shares(), units));
    }

    public int lanes() {
        return tiles.size() * banks;
    }

    public int tile(int lane) {
        return tiles.get(lane / banks);
    }

    public int bank(int lane) {
        return (lane + firstBank) % banks;
    }

    /// The lane that is a bank of a tile; `lanes()` when the tile is not of the group.
    public int lane(int tile, int bank) {
        int member = tiles.indexOf(tile);
        return member < 0 ? lanes() : member * banks + Math.floorMod(bank - firstBank, banks);
    }

    /// The lane that holds `cell`.
    public int lane(long cell) {
        long unit = cell / unitCells;
        int member = deal.member(unit);
        return member * banks + (int) (deal.count(member, unit) % banks);
    }

    /// A bound on the cells of any run of `cells` that lie in `lane`.
    public int most(int lane, int cells) {
        return Math.min(
                cells, Math.ceilDiv(deal.most(lane / banks, Math.ceilDiv(cells, unitCells)), banks) * unitCells);
    }

    /// How many of the cells `0 .. cells - 1` lie in `lane`: also the place within its lane of the cell `cells`.
    public long count(int lane, long cells) {
        long units = cells / unitCells;
        int rest = (int) (cells % unitCells);
        int member = lane / banks;
        long ofTile = deal.count(member, units);
        long ofBank = (ofTile + banks - 1 - lane % banks) / banks;
        boolean open = rest > 0 && deal.member(units) == member && ofTile % banks == lane % banks;
        return ofBank * unitCells + (open ? rest : 0);
    }

    /// The cell that is a lane's `ordinal`-th, from 0.
    public long cell(int lane, long ordinal) {
        long ofTile = ordinal / unitCells * banks + lane % banks;
        return deal.unit(lane / banks, ofTile) * unitCells + ordinal % unitCells;
    }
}
