package h2eal.lab.eval.score;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// One attention over a whole suite, every task of the same weight.
///
/// @param attention the candidate's name
/// @param dense mean score of dense attention over the tasks
/// @param sparse mean score of the candidate
/// @param difference sparse minus dense, each task's trials resampled for themselves
/// @param agreement mean share of the tokens whose greedy choice is the dense one
/// @param denseNll mean nats per reference token with dense attention
/// @param sparseNll the same with the candidate
/// @param klToDense mean divergence from dense, nats per reference token
/// @param bytesRead cache bytes read per decode step, mean of the tasks
/// @param denseBytes what dense attention reads
/// @param tasks score of every task, over all depths and by depth
public record SuiteScore(
        String attention,
        double dense,
        double sparse,
        Interval difference,
        double agreement,
        double denseNll,
        double sparseNll,
        double klToDense,
        double bytesRead,
        double denseBytes,
        List<TaskScore> tasks) {

    public SuiteScore {
        tasks = List.copyOf(tasks);
    }

    /// A task with its answered trials.
    ///
    /// @param name the task
    public record Answered(String name, List<Asked> trials) {
        public Answered {
            trials = List.copyOf(trials);
        }
    }

    /// The scores of one candidate.
    ///
    /// @param candidate its index in the examiner's list
    public static SuiteScore of(String name, List<Answered> answered, int candidate) {
        List<TaskScore> tasks = new ArrayList<>();
        List<double[]> differences = new ArrayList<>();
        for (Answered task : answered) {
            tasks.addAll(TaskScore.of(task.name(), task.trials(), candidate));
            differences.add(TaskScore.differences(task.trials(), candidate));
        }
        List<TaskScore> whole = tasks.stream()
                .filter(task -> task.depth().equals(TaskScore.ALL))
                .toList();
        return new SuiteScore(
                name,
                mean(whole, TaskScore::dense),
                mean(whole, TaskScore::sparse),
                Interval.ofGroups(differences),
                mean(whole, TaskScore::agreement),
                mean(whole, TaskScore::denseNll),
                mean(whole, TaskScore::sparseNll),
                mean(whole, TaskScore::klToDense),
                mean(whole, TaskScore::bytesRead),
                mean(whole, TaskScore::denseBytes),
                tasks);
    }

    private static double mean(List<TaskScore> tasks, ToDoubleFunction<TaskScore> number) {
        return tasks.stream().mapToDouble(number).average().orElse(Double.NaN);
    }

    /// Drop against dense as a share of the dense score; negative for a gain.
    @JsonProperty
    public double relativeDrop() {
        return (dense - sparse) / dense;
    }

    /// Bytes of dense attention for each byte read.
    @JsonProperty
    public double byteFactor() {
        return denseBytes / bytesRead;
    }
}
