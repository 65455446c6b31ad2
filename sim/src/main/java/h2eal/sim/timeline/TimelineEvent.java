package h2eal.sim.timeline;

import java.util.Objects;

/// Something one unit did for a while.
///
/// @param startCycle cycle at which it began, from the start of the step
/// @param durationCycles how long it took
public record TimelineEvent(Track track, String name, double startCycle, double durationCycles) {

    public TimelineEvent {
        Objects.requireNonNull(track, "track");
        Objects.requireNonNull(name, "name");
        if (!(startCycle >= 0) || !(durationCycles >= 0)) {
            throw new IllegalArgumentException("%s: an event starts and lasts 0 cycles or more: %s, %s"
                    .formatted(name, startCycle, durationCycles));
        }
    }

    /// The same event in a run that began at `cycle`.
    public TimelineEvent from(double cycle) {
        return new TimelineEvent(track, name, cycle + startCycle, durationCycles);
    }
}
