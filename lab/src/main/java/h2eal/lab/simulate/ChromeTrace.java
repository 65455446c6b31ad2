package h2eal.lab.simulate;

import h2eal.lab.result.Json;
import h2eal.sim.timeline.Timeline;
import h2eal.sim.timeline.TimelineEvent;
import h2eal.sim.timeline.Track;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Writes a timeline in the Trace Event Format of Chrome, which Perfetto opens: one process per kind of unit, one
/// thread per unit, times in microseconds at full speed.
public final class ChromeTrace implements Timeline, AutoCloseable {

    private static final double NANOSECONDS_PER_MICROSECOND = 1000;

    private final BufferedWriter out;
    private final double cycleMicroseconds;
    private final Map<Track, Integer> threads = new HashMap<>();
    private boolean empty = true;

    private ChromeTrace(BufferedWriter out, double cycleMicroseconds) {
        this.out = out;
        this.cycleMicroseconds = cycleMicroseconds;
    }

    /// Starts a file.
    ///
    /// @param cycleNanoseconds length of a cycle
    public static ChromeTrace open(Path file, double cycleNanoseconds) throws IOException {
        BufferedWriter out = Files.newBufferedWriter(file);
        out.write("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
        return new ChromeTrace(out, cycleNanoseconds / NANOSECONDS_PER_MICROSECOND);
    }

    private record Slice(String name, String ph, double ts, double dur, int pid, int tid) {}

    private record Name(String name, String ph, int pid, int tid, Map<String, Object> args) {}

    @Override
    public void accept(TimelineEvent event) {
        Track track = event.track();
        int process = track.kind().ordinal() + 1;
        write(new Slice(
                event.name(),
                "X",
                event.startCycle() * cycleMicroseconds,
                event.durationCycles() * cycleMicroseconds,
                process,
                threads.computeIfAbsent(track, this::introduce)));
    }

    private int introduce(Track track) {
        int process = track.kind().ordinal() + 1;
        int thread = threads.size() + 1;
        if (threads.keySet().stream().noneMatch(other -> other.kind() == track.kind())) {
            String name = track.kind().name().toLowerCase(Locale.ROOT);
            write(new Name("process_name", "M", process, 0, Map.of("name", name)));
            write(new Name("process_sort_index", "M", process, 0, Map.of("sort_index", process)));
        }
        write(new Name("thread_name", "M", process, thread, Map.of("name", track.name())));
        write(new Name("thread_sort_index", "M", process, thread, Map.of("sort_index", thread)));
        return thread;
    }

    private void write(Object event) {
        try {
            out.write((empty ? "" : ",\n") + Json.line(event));
            empty = false;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() throws IOException {
        out.write("\n]}\n");
        out.close();
    }
}
