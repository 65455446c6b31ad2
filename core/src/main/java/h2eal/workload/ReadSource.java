package h2eal.workload;

import java.util.Iterator;

/// Decode steps of one sequence, in order: a recorded run, a trace file or a seeded generator. Every call of
/// [#steps] starts again and yields the same steps.
@FunctionalInterface
public interface ReadSource {

    /// The steps, computed or read as they are asked for.
    Iterator<StepReads> steps();
}
