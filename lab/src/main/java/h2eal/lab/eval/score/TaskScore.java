package h2eal.lab.eval.score;

import h2eal.workload.ReadCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/// One task under one attention beside dense attention, at all depths or at some.
///
/// @param task its name
/// @param depth part of the context in which the answers stand, as `0-25 %`, or `all`
/// @param measure what the scores are shares of
/// @param trials contexts
/// @param questions questions about them
/// @param dense score of dense attention
/// @param sparse score of the candidate
/// @param difference sparse minus dense, paired by trial
/// @param agreement share of the tokens whose greedy choice is the dense one
/// @param denseNll nats per reference token with dense attention
/// @param sparseNll the same with the candidate
/// @param klToDense nats per reference token
/// @param bytesRead cache bytes read per decode step
/// @param denseBytes what dense attention reads
public record TaskScore(
        String task,
        String depth,
        Measure measure,
        int trials,
        int questions,
        double dense,
        double sparse,
        Interval difference,
        double agreement,
        double denseNll,
        double sparseNll,
        double klToDense,
        double bytesRead,
        double denseBytes) {

    /// Word for answers anywhere.
    public static final String ALL = "all";

    private static final int PARTS = 4;

    /// Scores over all depths, then over each quarter of the context in which answers stand.
    static List<TaskScore> of(String task, List<Asked> trials, int candidate) {
        Measure measure = measure(trials);
        List<TaskScore> scores = new ArrayList<>();
        scores.add(of(task, ALL, measure, trials, candidate, depth -> true));
        for (int part = 0; part < PARTS; part++) {
            int quarter = part;
            Predicate<OptionalDouble> inPart =
                    depth -> depth.isPresent() && Math.min(PARTS - 1, (int) (depth.getAsDouble() * PARTS)) == quarter;
            if (trials.stream().flatMap(asked -> asked.depths().stream()).anyMatch(inPart)) {
                String name = "%d-%d %%".formatted(100 * part / PARTS, 100 * (part + 1) / PARTS);
                scores.add(of(task, name, measure, trials, candidate, inPart));
            }
        }
        return scores;
    }

    private static TaskScore of(
            String task,
            String depth,
            Measure measure,
            List<Asked> trials,
            int candidate,
            Predicate<OptionalDouble> wanted) {
        Reply dense = Reply.NONE;
        Reply sparse = Reply.NONE;
        int questions = 0;
        ReadCounts reads = ReadCounts.NONE;
        int steps = 0;
        for (Asked asked : trials) {
            int[] some = asked.questions(wanted);
            for (int question : some) {
                dense = dense.plus(asked.dense().get(question));
                sparse = sparse.plus(asked.sparse().get(candidate).get(question));
            }
            if (some.length > 0) {
                questions += some.length;
                reads = reads.plus(asked.reads().get(candidate));
                steps += asked.steps();
            }
        }
        List<double[]> pairs = pairs(trials, candidate, measure, wanted);
        return new TaskScore(
                task,
                depth,
                measure,
                pairs.size(),
                questions,
                pairs.stream().mapToDouble(pair -> pair[0]).average().orElse(Double.NaN),
                pairs.stream().mapToDouble(pair -> pair[1]).average().orElse(Double.NaN),
                Interval.of(differences(pairs)),
                (double) sparse.agreeing() / sparse.tokens(),
                dense.loss() / dense.tokens(),
                sparse.loss() / sparse.tokens(),
                sparse.divergence() / sparse.tokens(),
                (double) reads.bytesRead() / steps,
                (double) reads.denseBytes() / steps);
    }

    /// Sparse minus dense of every trial.
    static double[] differences(List<Asked> trials, int candidate) {
        return differences(pairs(trials, candidate, measure(trials), depth -> true));
    }

    /// Mean scores over the wanted questions of each trial that has any: dense, sparse.
    private static List<double[]> pairs(
            List<Asked> trials, int candidate, Measure measure, Predicate<OptionalDouble> wanted) {
        List<double[]> pairs = new ArrayList<>();
        for (Asked asked : trials) {
            int[] some = asked.questions(wanted);
            if (some.length > 0) {
                pairs.add(new double[] {
                    mean(asked.dense(), some, measure), mean(asked.sparse().get(candidate), some, measure)
                });
            }
        }
        return pairs;
    }

    private static double mean(List<Reply> replies, int[] questions, Measure measure) {
        double sum = 0;
        for (int question : questions) {
            sum += measure.of(replies.get(question));
        }
        return sum / questions.length;
    }

    private static Measure measure(List<Asked> trials) {
        return Measure.of(
                trials.stream().flatMap(asked -> asked.dense().stream()).toList());
    }

    private static double[] differences(List<double[]> pairs) {
        return pairs.stream().mapToDouble(pair -> pair[1] - pair[0]).toArray();
    }

    /// Bytes of dense attention for each byte read.
    public double byteFactor() {
        return denseBytes / bytesRead;
    }
}
