package h2eal.lab.eval;

import h2eal.lab.eval.score.Asked;
import java.util.function.Supplier;

/// Told about a run of trials, and asked whether to go on.
@FunctionalInterface
public interface TrialWatcher {

    /// So many trials are done.
    void done(int trials);

    /// Whether the user wants to stop; what was answered is scored.
    default boolean stopped() {
        return false;
    }

    /// The answers to a trial: those kept of an earlier run, if any are, or else what `asking` gives.
    ///
    /// @param trial names it among all trials of the run
    default Asked answers(String trial, Supplier<Asked> asking) {
        return asking.get();
    }
}
