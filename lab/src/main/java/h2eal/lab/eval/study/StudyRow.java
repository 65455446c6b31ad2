package h2eal.lab.eval.study;

import h2eal.lab.eval.score.SuiteScore;
import h2eal.lab.eval.score.TaskScore;
import h2eal.lab.spec.Attention;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// One attention of a study with its scores.
///
/// @param attention as it was run, its budget chosen
/// @param byteTarget what its budget was chosen for, as `4x`, or `own`
/// @param score over the suite
/// @param cost what it costs on the accelerator, if that was asked for
public record StudyRow(Attention attention, String byteTarget, SuiteScore score, Optional<SimulatedCost> cost) {

    /// Cost of one mean decode step's attention, simulated.
    ///
    /// @param speedUp over dense attention split over all tiles, on the same contexts
    /// @param energyGain likewise
    public record SimulatedCost(double cycles, double picojoules, double speedUp, double energyGain) {}

    /// All numbers by name, as they stand in CSV files. Points are percent points of the score.
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("score", 100 * score.sparse());
        metrics.put("denseScore", 100 * score.dense());
        metrics.put("differencePoints", 100 * score.difference().mean());
        metrics.put("differenceLow", 100 * score.difference().low());
        metrics.put("differenceHigh", 100 * score.difference().high());
        metrics.put("relativeDropPercent", 100 * score.relativeDrop());
        metrics.put("worstTaskPoints", worstTaskPoints());
        metrics.put("nll", score.sparseNll());
        metrics.put("denseNll", score.denseNll());
        metrics.put("klToDense", score.klToDense());
        metrics.put("agreementPercent", 100 * score.agreement());
        metrics.put("byteFactor", score.byteFactor());
        cost.ifPresent(simulated -> {
            metrics.put("attentionCycles", simulated.cycles());
            metrics.put("attentionPicojoules", simulated.picojoules());
            metrics.put("speedUp", simulated.speedUp());
            metrics.put("energyGain", simulated.energyGain());
        });
        return metrics;
    }

    /// The difference of the task that surely lost most: the least upper end of all intervals.
    private double worstTaskPoints() {
        return score.tasks().stream()
                .filter(task -> task.depth().equals(TaskScore.ALL))
                .mapToDouble(task -> 100 * task.difference().high())
                .min()
                .orElse(Double.NaN);
    }
}
