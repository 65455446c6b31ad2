package h2eal.lab.loop;

import h2eal.hardware.Accelerator;
import h2eal.lab.design.DesignPoint;
import h2eal.lab.simulate.Simulation;
import h2eal.lab.spec.HardwareSpec;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Presets;
import h2eal.sim.dram.EngineKind;
import h2eal.sim.timeline.TimelineEvent;
import h2eal.sim.timeline.Track;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// What every tile does in the last layer of the first recorded step, simulated.
///
/// @param layer the layer
/// @param units the step's phases, then tiles by number
/// @param works what they do, in cycles from the start of the layer
public record LayerTimeline(int layer, List<String> units, List<Work> works) {

    private static final String PHASES = "phases";

    /// Something a unit does for a while.
    ///
    /// @param unit index of the unit
    public record Work(int unit, String kind, double fromCycle, double toCycle) {}

    public LayerTimeline {
        units = List.copyOf(units);
        works = List.copyOf(works);
    }

    /// Simulates the first step of a run under `h2eal` and keeps its last layer.
    ///
    /// @param hardware name or path of the accelerator's preset
    public static LayerTimeline of(RecordedRun run, String hardware) {
        Presets presets = Presets.installed();
        Accelerator accelerator = HardwareSpec.accelerator(presets.named(Kind.HARDWARE, hardware));
        DesignPoint point = ClosedLoop.point(run, presets, accelerator, ClosedLoop.SYSTEM);
        List<TimelineEvent> events = new ArrayList<>();
        new Simulation(EngineKind.BURST).run(point, List.of(List.of(run.steps().getFirst())), event -> {
            if (event.track().kind() == Track.Kind.PHASES || event.track().kind() == Track.Kind.TILE) {
                events.add(event);
            }
        });
        return lastLayer(run.heads().layers() - 1, events);
    }

    private static LayerTimeline lastLayer(int layer, List<TimelineEvent> events) {
        double start = events.stream()
                .filter(event ->
                        event.track().kind() == Track.Kind.PHASES && kind(event).equals("qkv"))
                .mapToDouble(TimelineEvent::startCycle)
                .max()
                .orElse(0);
        List<TimelineEvent> kept = events.stream()
                .filter(event -> event.startCycle() >= start && !kind(event).equals("head"))
                .toList();
        List<String> units = kept.stream()
                .map(event -> unit(event.track()))
                .distinct()
                .sorted(Comparator.comparingInt(LayerTimeline::order))
                .toList();
        return new LayerTimeline(
                layer,
                units,
                kept.stream()
                        .map(event -> new Work(
                                units.indexOf(unit(event.track())),
                                kind(event),
                                event.startCycle() - start,
                                event.startCycle() - start + event.durationCycles()))
                        .toList());
    }

    private static String unit(Track track) {
        return track.kind() == Track.Kind.PHASES ? PHASES : track.name();
    }

    private static int order(String unit) {
        return unit.equals(PHASES) ? -1 : Integer.parseInt(unit.replaceAll("[^0-9]", ""));
    }

    /// `ATTEND of a head` as `attend`.
    private static String kind(TimelineEvent event) {
        return event.name().replaceFirst(" of .*", "").replace('_', ' ').toLowerCase(Locale.ROOT);
    }
}
