package h2eal.lab.eval.jsonl;

import h2eal.lab.eval.metric.Metric;
import java.util.List;
import java.util.Objects;

/// One question of a file.
///
/// @param dataset name of the dataset, for the table
/// @param prompt text that the model reads; cut in its middle if it is too long
/// @param references right answers
/// @param classes names among which a classification chooses
/// @param metric official metric of the dataset
/// @param answerTokens most tokens of an answer
/// @param firstLine whether only the first line of an answer counts
public record Sample(
        String dataset,
        String prompt,
        List<String> references,
        List<String> classes,
        Metric metric,
        int answerTokens,
        boolean firstLine) {

    public Sample {
        references = List.copyOf(references);
        classes = List.copyOf(classes);
        Objects.requireNonNull(metric, "metric");
        if (prompt.isBlank() || references.isEmpty()) {
            throw new IllegalArgumentException("a sample has a prompt and a reference answer");
        }
    }

    /// The score of an answer, from 0 to 1.
    double score(String answer) {
        String counted =
                firstLine ? answer.replaceFirst("^\\n+", "").lines().findFirst().orElse("") : answer;
        return metric.of(counted, references, classes);
    }
}
