package h2eal.lab.result;

import h2eal.lab.result.SimulationResult.Cost;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// The numbers of a [SimulationResult] that tables and expectations speak of, by name.
public final class Metrics {

    private static final Map<String, ToDoubleFunction<SimulationResult>> BY_NAME = table();

    private Metrics() {}

    /// Every metric, in the order of the columns.
    public static Map<String, ToDoubleFunction<SimulationResult>> byName() {
        return BY_NAME;
    }

    private static Map<String, ToDoubleFunction<SimulationResult>> table() {
        Map<String, ToDoubleFunction<SimulationResult>> table = new LinkedHashMap<>();
        costs("attention", SimulationResult::attention, table);
        costs("endToEnd", SimulationResult::endToEnd, table);
        table.put("powerWatts", SimulationResult::powerWatts);
        table.put("bankUtilisation", result -> result.utilisation().banks());
        table.put("tileUtilisation", result -> result.utilisation().tiles());
        table.put("linkUtilisation", result -> result.utilisation().links());
        table.put("pagesScored", result -> result.counts().pagesScored());
        table.put("pagesRead", result -> result.counts().pagesRead());
        table.put("pagesSkipped", result -> result.counts().pagesSkipped());
        table.put("scheduleCycles", result -> result.schedule().makespanCycles());
        table.put("scheduleGap", result -> result.schedule().gap());
        table.put("scheduleUtilisation", result -> result.schedule().utilisation());
        table.put("hopBytes", result -> result.counts().hopBytes());
        return Collections.unmodifiableMap(table);
    }

    private static void costs(
            String scope,
            Function<SimulationResult, Cost> cost,
            Map<String, ToDoubleFunction<SimulationResult>> table) {
        table.put(scope + "Cycles", result -> cost.apply(result).cycles());
        table.put(scope + "Nanoseconds", result -> cost.apply(result).nanoseconds());
        table.put(
                scope + "Picojoules",
                result -> cost.apply(result).energyPicojoules().total());
        table.put(scope + "Bytes", result -> cost.apply(result).bytes());
        table.put(scope + "Activations", result -> cost.apply(result).activations());
        table.put(scope + "RowHits", result -> cost.apply(result).rowHits());
        table.put(scope + "BandwidthShare", result -> cost.apply(result).bandwidthShare());
        table.put(scope + "RooflineCycles", result -> cost.apply(result).rooflineCycles());
        table.put(scope + "ThrottleFactor", result -> cost.apply(result).throttleFactor());
    }
}
