package h2eal.mapping;

import h2eal.hardware.Accelerator;
import java.util.List;

/// Chooses the tile group and the shares of every head of one layer. Deterministic, without state.
@FunctionalInterface
public interface Balancer {

    /// Assigns every head of `works`.
    ///
    /// @throws IllegalArgumentException if the work cannot be placed, with the reason
    TileSchedule assign(List<HeadWork> works, Accelerator accelerator);
}
