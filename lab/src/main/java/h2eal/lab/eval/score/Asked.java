package h2eal.lab.eval.score;

import h2eal.workload.ReadCounts;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/// A trial, answered.
///
/// @param depths of the questions, where they have one
/// @param dense replies of dense attention, one per question
/// @param sparse replies of every candidate, one per question
/// @param reads what each candidate's decode steps read
/// @param steps decode steps of each of them
public record Asked(
        List<OptionalDouble> depths, List<Reply> dense, List<List<Reply>> sparse, List<ReadCounts> reads, int steps) {

    public Asked {
        depths = List.copyOf(depths);
        dense = List.copyOf(dense);
        sparse = sparse.stream().map(List::copyOf).toList();
        reads = List.copyOf(reads);
    }

    /// Indices of the questions whose depth is wanted.
    int[] questions(Predicate<OptionalDouble> wanted) {
        return IntStream.range(0, depths.size())
                .filter(question -> wanted.test(depths.get(question)))
                .toArray();
    }
}
