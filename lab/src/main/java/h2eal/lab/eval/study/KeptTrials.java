package h2eal.lab.eval.study;

import h2eal.lab.cache.CodeVersion;
import h2eal.lab.cache.ContentHash;
import h2eal.lab.cache.ResultCache;
import h2eal.lab.cache.Watcher;
import h2eal.lab.eval.Evaluation;
import h2eal.lab.eval.TrialWatcher;
import h2eal.lab.eval.score.Asked;
import h2eal.lab.eval.score.Candidate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/// Answered trials in the cache of results, so that a study which was stopped goes on where it was.
record KeptTrials(ResultCache cache, Watcher watcher, String run) implements TrialWatcher {

    /// The trials of one run, told from others by all that their answers depend on: candidates are values, and print
    /// what they are made of.
    static KeptTrials of(
            ResultCache cache, Watcher watcher, Path model, List<Candidate> candidates, Evaluation.Plan plan)
            throws IOException {
        StringBuilder contents = new StringBuilder(CodeVersion.hash());
        contents.append(ContentHash.of(model)).append(candidates);
        contents.append(ContentHash.of(plan.prose())).append(plan.style());
        contents.append(List.of(plan.contextTokens(), plan.trials(), plan.seed()));
        return new KeptTrials(cache, watcher, contents.toString());
    }

    @Override
    public void done(int trials) {
        watcher.done(trials);
    }

    /// @throws java.util.concurrent.CancellationException if the trial is not kept and the user wants to stop
    @Override
    public Asked answers(String trial, Supplier<Asked> asking) {
        try {
            return cache.result(ContentHash.of(run + trial), Asked.class, watcher, asking);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
