package h2eal.sim.timeline;

import java.util.Objects;

/// One line of a timeline: a unit of the accelerator, or the phases of a step.
///
/// @param kind group the track belongs to
/// @param name name within the group
public record Track(Kind kind, String name) {

    /// What a track shows.
    public enum Kind {
        PHASES,
        TILE,
        BANK,
        LINK
    }

    public Track {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
    }
}
