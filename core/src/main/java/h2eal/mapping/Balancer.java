package h2eal.mapping;

import h2eal.hardware.Accelerator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Chooses the tile group and the shares of every head of one layer. Deterministic, without state.
@FunctionalInterface
public interface Balancer {

    /// Assigns every head of `works`.
    ///
    /// @throws IllegalArgumentException if the work cannot be placed, with the reason
    TileSchedule assign(List<HeadWork> works, Accelerator accelerator);

    /// Assigns every layer of a model; layers that ask for the same are assigned once.
    default List<TileSchedule> assignLayers(List<List<HeadWork>> layers, Accelerator accelerator) {
        Map<List<HeadWork>, TileSchedule> known = new HashMap<>();
        return layers.stream()
                .map(works -> known.computeIfAbsent(works, each -> assign(each, accelerator)))
                .toList();
    }
}
