package h2eal.lab.eval;

import h2eal.lab.eval.score.Asked;
import h2eal.lab.eval.score.Candidate;
import h2eal.lab.eval.score.Examiner;
import h2eal.lab.eval.score.SuiteScore;
import h2eal.lab.eval.score.SuiteScore.Answered;
import h2eal.lab.eval.suite.Suite;
import h2eal.lab.eval.task.FactStyle;
import h2eal.lab.eval.task.Material;
import h2eal.lab.eval.task.Task;
import h2eal.runtime.Engine;
import h2eal.runtime.SessionOptions;
import h2eal.workload.ReadSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/// A suite, asked of one model at one context: every candidate beside dense attention on the same trials.
///
/// @param suite name of the suite
/// @param model name of the model
/// @param contextTokens tokens of context, question and answer together
/// @param trainedTokens what the model was trained for
/// @param beyondTraining whether the context exceeds that
/// @param trials trials per task
/// @param stopped whether the user ended it before every trial was asked
/// @param seed of the trials
/// @param style how facts are written
/// @param refused why tasks of the suite were not run
/// @param scores one per candidate
public record Evaluation(
        String suite,
        String model,
        int contextTokens,
        int trainedTokens,
        boolean beyondTraining,
        int trials,
        boolean stopped,
        long seed,
        FactStyle style,
        List<String> refused,
        List<SuiteScore> scores) {

    public Evaluation {
        refused = List.copyOf(refused);
        scores = List.copyOf(scores);
    }

    /// What to ask.
    ///
    /// @param prose text of the haystacks
    /// @param contextTokens tokens of context, question and answer together
    /// @param trials trials per task
    /// @param seed of the trials
    public record Plan(Suite suite, String prose, FactStyle style, int contextTokens, int trials, long seed) {
        public Plan {
            if (contextTokens < 1 || trials < 1) {
                throw new IllegalArgumentException(
                        "contextTokens and trials must be positive: %d, %d".formatted(contextTokens, trials));
            }
        }

        /// Trials of all tasks that the model can be asked.
        public int allTrials(Engine engine) {
            return trials
                    * (int) suite.tasks().stream()
                            .filter(task -> task.refusal(engine.tokenizer()).isEmpty())
                            .count();
        }
    }

    /// Asks everything.
    ///
    /// @param reads receives what the first candidate's heads read at every decode step
    /// @param watcher hears the trials done; may end the run early, after the trial that is being answered
    /// @throws IllegalArgumentException if no task can be asked of the model, with the reasons
    /// @throws CancellationException if the watcher ended it before the first answer
    public static Evaluation of(
            Engine engine,
            SessionOptions options,
            List<Candidate> candidates,
            Plan plan,
            ReadSink reads,
            TrialWatcher watcher) {
        Examiner examiner = new Examiner(engine, options, candidates, reads);
        int[] prose = engine.tokenizer().encode(plan.prose(), false);
        List<Answered> answered = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        int done = 0;
        for (Task task : plan.suite().tasks()) {
            Optional<String> refusal = task.refusal(engine.tokenizer());
            refusal.ifPresent(refused::add);
            if (refusal.isEmpty()) {
                List<Asked> trials = new ArrayList<>();
                for (int trial = 0; trial < plan.trials() && !watcher.stopped(); trial++) {
                    Material material = new Material(
                            engine.tokenizer(), prose, plan.style(), plan.contextTokens(), seed(plan, task, trial));
                    int number = trial;
                    trials.add(watcher.answers(
                            task.name() + " " + trial,
                            () -> examiner.ask(task.generator().draw(material, number, plan.trials()))));
                    watcher.done(++done);
                }
                if (!trials.isEmpty()) {
                    answered.add(new Answered(task.name(), trials));
                }
            }
        }
        boolean stopped = done < plan.allTrials(engine);
        if (stopped && answered.isEmpty()) {
            throw new CancellationException("stopped before the first trial was answered");
        }
        if (answered.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", refused));
        }
        List<SuiteScore> scores = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            scores.add(SuiteScore.of(candidates.get(i).name(), answered, i));
        }
        int trained = engine.shape().maxContext();
        return new Evaluation(
                plan.suite().name(),
                engine.shape().name(),
                plan.contextTokens(),
                trained,
                plan.contextTokens() > trained,
                plan.trials(),
                stopped,
                plan.seed(),
                plan.style(),
                refused,
                scores);
    }

    /// Every task and trial has its own; a task's trials do not depend on which others are run.
    private static long seed(Plan plan, Task task, int trial) {
        return (plan.seed() * 1_000_003 + task.name().hashCode()) * 1_000_003 + trial;
    }
}
