package h2eal.lab.eval.score;

import h2eal.workload.ReadCounts;
import java.util.List;
import java.util.OptionalDouble;

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
}
