package h2eal.mapping.cost;

import java.util.List;

/// How the tiles of a group put together what each of them found.
public sealed interface Merging permits PartialHalving, CandidateChain {

    /// The tiles of a group in the order in which they merge.
    ///
    /// @param run the tiles, each near its predecessor
    List<Integer> order(GroupTree tree, List<Integer> run);

    /// Cycles from the moment every tile of an ordered group has its part until all of it is merged.
    double cycles(GroupTree tree, List<Integer> tiles);

    /// A bound on [#cycles] for any group of `tiles` tiles.
    double leastCycles(GroupTree tree, int tiles);

    /// Cycles one tile of a group is busy receiving and merging.
    double receivingCycles(GroupTree tree, int index, int tiles);
}
