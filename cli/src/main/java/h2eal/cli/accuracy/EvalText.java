package h2eal.cli.accuracy;

import h2eal.cli.console.Console;
import h2eal.cli.console.Table;
import h2eal.lab.eval.Evaluation;
import h2eal.lab.eval.MassHeld;
import h2eal.lab.eval.jsonl.FileEvaluation;
import h2eal.lab.eval.score.Interval;
import h2eal.lab.eval.score.Measure;
import h2eal.lab.eval.score.SuiteScore;
import h2eal.lab.eval.score.TaskScore;
import h2eal.lab.eval.suite.Suite;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// An evaluation as text.
final class EvalText {

    private EvalText() {}

    /// The tasks of a suite.
    static Table tasks(Suite suite) {
        return new Table(
                List.of("task", "asks for"),
                suite.tasks().stream()
                        .map(task -> List.of(task.name(), task.about()))
                        .toList());
    }

    static void print(Console console, Evaluation result, boolean depths) {
        console.print("%s, %d tokens of context%s, %d trials per task, seed %d"
                .formatted(
                        result.model(),
                        result.contextTokens(),
                        result.beyondTraining()
                                ? " (BEYOND the %d it was trained for)".formatted(result.trainedTokens())
                                : "",
                        result.trials(),
                        result.seed()));
        if (result.stopped()) {
            console.print("STOPPED before every trial was asked: tasks may be missing or have fewer");
        }
        for (SuiteScore score : result.scores()) {
            console.print("");
            console.print(table(score, depths).text());
            console.print("%n%s: %s of dense %s (%s points, %+.2f %%); %.1fx fewer cache bytes"
                    .formatted(
                            score.attention(),
                            percent(score.sparse()),
                            percent(score.dense()),
                            points(score.difference()),
                            -100 * score.relativeDrop(),
                            score.byteFactor()));
        }
        console.print("""

                Scores in %: answers said in full; t: tokens of the answers, of tasks where dense attention says none in full.
                Differences in points, with 95 % intervals of a paired bootstrap over contexts.""");
        result.refused().forEach(reason -> console.print("not run: " + reason));
    }

    /// How well a mass target was met.
    static String mass(MassHeld held, double tolerance) {
        return ("attention mass over %d steps of prose: tolerated %.2f %%, estimated to be dropped %.2f %%, dropped %.2f %%"
                        + " (at most %.1f %%);%n  %.0f %% of %d selections within what is tolerated, %.0f %% within their own"
                        + " estimate; %.1fx fewer cache bytes")
                .formatted(
                        held.steps(),
                        100 * tolerance,
                        100 * held.estimated(),
                        100 * held.dropped(),
                        100 * held.worst(),
                        100 * held.tolerated(),
                        held.selections(),
                        100 * held.within(),
                        held.byteFactor());
    }

    /// Scores of the datasets of a file.
    static Table datasets(FileEvaluation result) {
        return new Table(
                List.of(
                        result.attention(),
                        "metric",
                        "questions",
                        "cut",
                        "dense",
                        "sparse",
                        "difference",
                        "same answers",
                        "bytes"),
                result.datasets().stream()
                        .map(score -> List.of(
                                score.dataset(),
                                score.metric().toLowerCase(Locale.ROOT),
                                Integer.toString(score.questions()),
                                Integer.toString(score.truncated()),
                                percent(score.dense()),
                                percent(score.sparse()),
                                points(score.difference()),
                                percent(score.sameAnswers()),
                                "%.1fx".formatted(score.reads().savedFactor())))
                        .toList());
    }

    private static Table table(SuiteScore score, boolean depths) {
        List<List<String>> rows = new ArrayList<>();
        for (TaskScore task : score.tasks()) {
            if (depths || task.depth().equals(TaskScore.ALL)) {
                rows.add(List.of(
                        task.task(),
                        task.depth(),
                        "%d/%d".formatted(task.trials(), task.questions()),
                        percent(task.dense()) + (task.measure() == Measure.TOKENS ? " t" : "  "),
                        percent(task.sparse()),
                        points(task.difference()),
                        percent(task.agreement()),
                        "%.3f".formatted(task.denseNll()),
                        "%.3f".formatted(task.sparseNll()),
                        "%.4f".formatted(task.klToDense()),
                        "%.1fx".formatted(task.byteFactor())));
            }
        }
        return new Table(
                List.of(
                        score.attention(),
                        "depth",
                        "trials/questions",
                        "dense  ",
                        "sparse",
                        "difference",
                        "same tokens",
                        "dense nats",
                        "sparse nats",
                        "KL",
                        "bytes"),
                rows);
    }

    private static String percent(double share) {
        return "%.1f".formatted(100 * share);
    }

    private static String points(Interval difference) {
        return Double.isNaN(difference.low())
                ? "%+.1f".formatted(100 * difference.mean())
                : "%+.1f [%+.1f %+.1f]"
                        .formatted(100 * difference.mean(), 100 * difference.low(), 100 * difference.high());
    }
}
