package h2eal.lab.reproduce;

import com.fasterxml.jackson.annotation.JsonProperty;
import h2eal.lab.result.ResultRow;
import h2eal.lab.result.Scope;
import h2eal.lab.result.SimulationResult;

/// One system against one baseline on the same model, context and hardware.
///
/// @param setting what differs from the default attention, or the name of another preset; `default` for the default
/// @param speedup time of the baseline over time of the system, both under the power cap
/// @param energyEfficiency energy of the baseline over energy of the system, per token
/// @param byteRatio cache bytes of dense attention over those the system reads: the ideal, were time all traffic
public record SpeedUp(
        String model,
        int context,
        String system,
        String baseline,
        Scope scope,
        String setting,
        double speedup,
        double energyEfficiency,
        double byteRatio) {

    static SpeedUp of(
            ResultRow row, String system, String setting, ResultRow baseline, String baselineName, Scope scope) {
        SimulationResult ours = row.result();
        SimulationResult theirs = baseline.result();
        return new SpeedUp(
                row.at("model"),
                ours.contextTokens(),
                system,
                baselineName,
                scope,
                setting,
                scope.cost(theirs).nanoseconds() / scope.cost(ours).nanoseconds(),
                scope.cost(theirs).energyPicojoules().total()
                        / scope.cost(ours).energyPicojoules().total(),
                (double) ours.counts().denseCacheBytes() / ours.counts().cacheBytesRead());
    }

    /// The speed-up as a share of the ideal: above 1 where the baseline loses more to its mapping than the system does.
    @JsonProperty
    public double idealShare() {
        return speedup / byteRatio;
    }

    /// The ratio of a metric.
    public double ratio(PaperNumber.Quantity quantity) {
        return switch (quantity) {
            case SPEED -> speedup;
            case ENERGY -> energyEfficiency;
        };
    }
}
