package h2eal.lab.loop;

import h2eal.lab.result.SimulationResult;
import h2eal.lab.result.SimulationResult.Cost;

/// What a system gains over one baseline.
///
/// @param attention the attention phases alone
/// @param endToEnd the whole decode step
public record Gain(String baseline, Ratio attention, Ratio endToEnd) {

    /// Baseline over system.
    ///
    /// @param speedup by time, both under the power cap
    /// @param energyEfficiency by energy per token
    public record Ratio(double speedup, double energyEfficiency) {

        static Ratio of(Cost baseline, Cost system) {
            return new Ratio(
                    baseline.nanoseconds() / system.nanoseconds(),
                    baseline.energyPicojoules().total()
                            / system.energyPicojoules().total());
        }
    }

    static Gain of(String name, SimulationResult baseline, SimulationResult system) {
        return new Gain(
                name,
                Ratio.of(baseline.attention(), system.attention()),
                Ratio.of(baseline.endToEnd(), system.endToEnd()));
    }
}
