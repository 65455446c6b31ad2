package h2eal.mapping.cost;

import java.util.List;

/// Sorted lists of candidates along the tiles of a group: every tile passes on the better of its own next candidate and
/// the next one it receives.
///
/// @param entryCycles comparing one candidate
/// @param listCycles passing on a whole list
record CandidateChain(double entryCycles, double listCycles) implements Merging {

    @Override
    public List<Integer> order(GroupTree tree, List<Integer> run) {
        return run;
    }

    @Override
    public double cycles(GroupTree tree, List<Integer> tiles) {
        if (tiles.size() == 1) {
            return 0;
        }
        double first = 0;
        for (int i = 1; i < tiles.size(); i++) {
            first += tree.sendCycles(tiles.get(i - 1), tiles.get(i), 1) + entryCycles;
        }
        return first + listCycles;
    }

    @Override
    public double leastCycles(GroupTree tree, int tiles) {
        return tiles == 1 ? 0 : (tiles - 1) * (tree.sendCycles(1, 1) + entryCycles) + listCycles;
    }

    @Override
    public double receivingCycles(GroupTree tree, int index, int tiles) {
        return tiles == 1 ? 0 : listCycles;
    }
}
