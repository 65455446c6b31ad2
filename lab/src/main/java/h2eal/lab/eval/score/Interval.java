package h2eal.lab.eval.score;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// A mean with its 95 % confidence interval: the paired bootstrap over trials, percentiles of 2000 resamples (Efron).
/// Questions of one context are not independent, so whole trials are drawn.
///
/// @param mean mean of the groups' means
/// @param low 2.5th percentile; NaN of a single trial, which says nothing about others
/// @param high 97.5th percentile; NaN likewise
public record Interval(double mean, double low, double high) {

    private static final int RESAMPLES = 2000;
    private static final long SEED = 1;

    /// The interval of one number per trial.
    public static Interval of(double[] trials) {
        return ofGroups(List.of(trials));
    }

    /// The interval of the mean over groups of trials, each group resampled for itself.
    static Interval ofGroups(List<double[]> groups) {
        double mean = groups.stream().mapToDouble(Interval::mean).average().orElse(Double.NaN);
        if (groups.isEmpty() || groups.stream().allMatch(group -> group.length < 2)) {
            return new Interval(mean, Double.NaN, Double.NaN);
        }
        Random random = new Random(SEED);
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            means[i] = groups.stream()
                    .mapToDouble(group -> resampledMean(group, random))
                    .average()
                    .orElseThrow();
        }
        Arrays.sort(means);
        return new Interval(mean, means[RESAMPLES / 40 - 1], means[RESAMPLES - RESAMPLES / 40]);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static double resampledMean(double[] values, Random random) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += values[random.nextInt(values.length)];
        }
        return sum / values.length;
    }
}
