package h2eal.sim.timeline;

/// Receives what every unit does, as it is simulated. Tracks of one unit arrive in order of time; units interleave.
@FunctionalInterface
public interface Timeline {

    /// Nobody watches; the simulator then builds no events at all.
    Timeline OFF = event -> {};

    /// Accepts one event.
    void accept(TimelineEvent event);

    /// Whether somebody watches.
    default boolean isOn() {
        return this != OFF;
    }
}
