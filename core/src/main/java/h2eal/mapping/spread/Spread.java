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
    ///
    /// @param deals deals already worked out
    public static Spread of(HeadGroup group, int banks, int firstBank, int unitCells, int cells, Deals deals) {
        int units = Math.clamp(Math.ceilDiv(cells, unitCells), 1, PERIOD);
        return new Spread(group.tiles(), banks, unitCells, firstBank % banks, deals.of(group.shares(), units));
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

    /// A boundary between cells, divided once for all lanes: a simulated step asks for millions.
    ///
    /// @param cells cells before the boundary
    /// @param rest of those, cells in a unit that the boundary cuts
    /// @param rounds whole periods of the deal before it
    /// @param slot whole units before it in the period it lies in
    public record Cut(long cells, int rest, long rounds, int slot) {}

    /// The boundary before cell `cells`.
    public Cut cut(long cells) {
        long units = cells / unitCells;
        return new Cut(cells, (int) (cells % unitCells), units / deal.period(), (int) (units % deal.period()));
    }

    /// How many of the cells before `cut` lie in `lane`: also the place within its lane of the cell after it.
    public long count(int lane, Cut cut) {
        if (banks == 1) {
            boolean open = cut.rest() > 0 && deal.member(cut.slot()) == lane;
            return deal.count(lane, cut.rounds(), cut.slot()) * unitCells + (open ? cut.rest() : 0);
        }
        int member = lane / banks;
        int bank = lane % banks;
        long ofTile = deal.count(member, cut.rounds(), cut.slot());
        long ofBank = (ofTile + banks - 1 - bank) / banks;
        boolean open = cut.rest() > 0 && deal.member(cut.slot()) == member && ofTile % banks == bank;
        return ofBank * unitCells + (open ? cut.rest() : 0);
    }

    /// How many of the cells `0 .. cells - 1` lie in `lane`.
    public long count(int lane, long cells) {
        return count(lane, cut(cells));
    }

    /// The cell that is a lane's `ordinal`-th, from 0.
    public long cell(int lane, long ordinal) {
        long ofTile = ordinal / unitCells * banks + lane % banks;
        return deal.unit(lane / banks, ofTile) * unitCells + ordinal % unitCells;
    }
}
