package h2eal.lab.experiment;

import h2eal.lab.result.ScheduleSummary;
import h2eal.lab.result.SimulationResult;
import h2eal.lab.result.SimulationResult.Capacity;
import h2eal.lab.result.SimulationResult.Cost;
import h2eal.lab.result.SimulationResult.Counts;
import h2eal.lab.result.SimulationResult.Energy;
import h2eal.lab.result.SimulationResult.Units;
import h2eal.lab.result.SimulationResult.Utilisation;
import h2eal.sim.report.BankTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Made-up results.
final class Results {

    private Results() {}

    /// A result whose attention takes `cycles` cycles.
    static SimulationResult of(long cycles) {
        Cost cost = new Cost(
                cycles,
                2.5 * cycles,
                new Energy(3.0 * cycles, Map.of("mac", 3.0 * cycles)),
                64,
                cycles,
                3 * cycles,
                0.5,
                1,
                1,
                BankTime.NONE);
        return new SimulationResult(
                1,
                4096,
                cost,
                cost,
                List.of(),
                new Utilisation(0.5, 0.5, 0),
                new Units(List.of(0.5), List.of(0.5), List.of()),
                new Counts(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
                true,
                new Capacity(3, 2, 1, "fits"),
                9.5,
                new ScheduleSummary(cycles, cycles, 0, 1, 0),
                Optional.empty());
    }
}
