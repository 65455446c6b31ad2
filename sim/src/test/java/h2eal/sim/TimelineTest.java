package h2eal.sim;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.hardware.Accelerator;
import h2eal.sim.dram.EngineKind;
import h2eal.sim.report.StepReport;
import h2eal.sim.timeline.TimelineEvent;
import h2eal.sim.timeline.Track;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TimelineTest {

    private static final Accelerator EDGE = Accelerators.edge(2, 2, 2);

    private final Simulator simulator =
            new Simulator(Steps.deployment(EDGE, "row-packed", Steps.everywhere(EDGE), 1, 2000), EngineKind.BURST);
    private final List<TimelineEvent> events = new ArrayList<>();

    @Test
    void watchingChangesNothing() {
        StepReport watched = simulator.step(List.of(Steps.reads(2000, 3, true)), events::add);
        assertThat(watched).isEqualTo(simulator.step(List.of(Steps.reads(2000, 3, true))));
    }

    @Test
    void phasesFollowEachOtherFromStartToEnd() {
        StepReport report = simulator.step(List.of(Steps.reads(2000, 3, true)), events::add);
        double now = 0;
        for (TimelineEvent event : tracks().get(new Track(Track.Kind.PHASES, "phases"))) {
            assertThat(event.startCycle()).isEqualTo(now);
            now = event.startCycle() + event.durationCycles();
        }
        assertThat(now).isEqualTo(report.endToEnd().cycles());
    }

    @Test
    void everyUnitHasATrackAndNoLinkCarriesTwoMessagesAtOnce() {
        simulator.step(List.of(Steps.reads(2000, 3, true)), events::add);
        Map<Track, List<TimelineEvent>> tracks = tracks();
        for (int tile = 0; tile < 4; tile++) {
            assertThat(tracks)
                    .containsKeys(
                            new Track(Track.Kind.TILE, "tile " + tile),
                            new Track(Track.Kind.BANK, "tile %d bank 0".formatted(tile)),
                            new Track(Track.Kind.BANK, "tile %d bank 1".formatted(tile)),
                            new Track(Track.Kind.LINK, "tile %d inject".formatted(tile)));
        }
        tracks.forEach((track, on) -> {
            if (track.kind() == Track.Kind.LINK) {
                assertDisjoint(on);
            }
        });
    }

    private static void assertDisjoint(List<TimelineEvent> events) {
        double free = 0;
        for (TimelineEvent event : events) {
            assertThat(event.startCycle()).as("%s", event).isGreaterThanOrEqualTo(free - 1e-6);
            free = event.startCycle() + event.durationCycles();
        }
    }

    private Map<Track, List<TimelineEvent>> tracks() {
        return events.stream().collect(Collectors.groupingBy(TimelineEvent::track));
    }
}
