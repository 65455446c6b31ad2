package h2eal.lab.result;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// One point of an experiment with its result.
///
/// @param coordinates where the point lies on every axis of the sweep, in the order of the axes
public record ResultRow(Map<String, String> coordinates, SimulationResult result) {

    public ResultRow {
        coordinates = Collections.unmodifiableMap(new LinkedHashMap<>(coordinates));
        Objects.requireNonNull(result, "result");
    }

    /// The value on one axis; empty if the sweep has no such axis.
    public String at(String axis) {
        return coordinates.getOrDefault(axis, "");
    }
}
