package h2eal.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.cli.decode.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The commands over the simulator, with the shape of the shipped model.
class SimulationCommandsTest {

    private static final List<String> SMALL = List.of("--model", "h2eal-demo", "--attention", "h2eal-short");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --workload     | nope | no such workload preset
            --batch        | x    | expected a whole number of at least 1
            --steps        | 0    | expected a whole number of at least 1
            --weights      | q9   | expected one of bf16, f16
            --balancer     | best | expected one of adaptive, head-per-tile
            --placement    | here | expected one of
            --heads        | none.tsv | no such file
            """)
    void aWrongValueIsBlamedOnItsOwnFlag(String flag, String value, String allowed) {
        CommandRun run = run(new SimulateCommand(), "--context", "1K", flag, value);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("simulate: " + flag + ": ").contains(value, allowed);
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void aMissingContextIsAskedForByItsFlag() {
        CommandRun run = run(new SimulateCommand(), "--steps", "1");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("simulate: --context: ").contains("missing");
    }

    @Test
    void scheduleWritesLayersAndTheirTotal() throws IOException {
        Path json = folder.resolve("schedule.json");
        CommandRun run = run(new ScheduleCommand(), "--context", "1K", "--json", json.toString());
        assertThat(run.err()).isEmpty();
        assertThat(Files.readString(json))
                .contains("\"total\"")
                .contains("\"makespanCycles\"", "\"lowerBoundCycles\"", "\"gap\"", "\"utilisation\"", "\"groups\"");
    }

    @Test
    void simulateSaysWhatItSimulated() {
        CommandRun run = run(new SimulateCommand(), "--context", "1K", "--steps", "1", "--system", "hb-tiled");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("h2eal-demo, 1024 tokens", "hb-tiled");
    }

    private static CommandRun run(Object command, String... arguments) {
        return CommandRun.of(
                command, Stream.concat(SMALL.stream(), Stream.of(arguments)).toArray(String[]::new));
    }
}
