package h2eal.lab.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.lab.design.DesignPoint;
import h2eal.lab.design.DesignPoints;
import h2eal.lab.simulate.Simulation;
import h2eal.lab.simulate.Workloads;
import h2eal.lab.spec.Presets;
import h2eal.lab.yaml.SpecException;
import h2eal.lab.yaml.YamlDocument;
import h2eal.sim.dram.EngineKind;
import h2eal.workload.StepReads;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Traces of other simulators; the samples in this folder are made up, of 4 layers x 4 KV heads and 25 pages.
class ForeignTracesTest {

    private final DesignPoints reader = new DesignPoints(Presets.installed());

    @TempDir
    private Path folder;

    @Test
    void contentsTellTheFormat() throws IOException {
        assertThat(TraceInput.detect(sample("lserve-pages.csv")).format()).isEqualTo(TraceFormat.LSERVE);
        assertThat(TraceInput.detect(sample("starc-budget.txt")).format()).isEqualTo(TraceFormat.STARC);
        assertThat(TraceInput.detect(sample("starc-budget.csv")).format()).isEqualTo(TraceFormat.STARC);
        Path prose = Files.writeString(folder.resolve("prose.txt"), "once upon a time\n");
        assertThatThrownBy(() -> TraceInput.detect(prose))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("prose.txt: neither a trace of ours (h2rt), nor an LServe page log");
    }

    @Test
    void pageLogIsReadHeadByHead() {
        List<StepReads> steps = steps(point(sample("lserve-pages.csv"), ""));

        assertThat(steps).extracting(StepReads::contextTokens).containsExactly(400, 401, 402);
        // first line of the sample: "[0, 1, 2, 3, 4, 12, 15, 20, 23, 24]"
        assertThat(steps.getFirst().read(0, 0).tokens()).hasToString("{0..79, 192..207, 240..255, 320..335, 368..399}");
        assertThat(steps.getFirst().read(0, 0).summariesScored()).isEqualTo(25);
        assertThat(steps.getFirst().read(0, 1).tokens())
                .as("an empty list is a streaming head: a sink of 64 tokens, a window of 256")
                .hasToString("{0..63, 144..399}");
        assertThat(steps.getFirst().read(0, 1).summariesScored()).isZero();
        assertThat(steps.get(2).read(3, 0).tokens().contains(401))
                .as("a page that is new since the log")
                .isTrue();
    }

    @Test
    void pageLogOfQueryHeadsIsReadAsTheUnionOfEachGroup() throws IOException {
        // 8 query heads in groups of 2
        Path log = write("\"[0]\",\"[1]\",\"[5]\",\"[5]\",,,\"[2]\",\n".repeat(4));
        StepReads step = steps(point(log, "")).getFirst();

        assertThat(step.read(0, 0).tokens()).hasToString("{0..31, 384..399}");
        assertThat(step.read(0, 1).tokens()).hasToString("{80..95, 384..399}");
        assertThat(step.read(0, 2).tokens()).hasToString("{0..63, 144..399}");
        assertThat(step.read(0, 3).tokens()).hasToString("{32..47, 384..399}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"starc-budget.txt", "starc-budget.csv"})
    void budgetTableSaysHowMuchEveryHeadReadsInEveryStep(String file) {
        List<StepReads> steps = steps(point(sample(file), ""));

        // whole pages of 16: 160, 150, 161, 500, 96; a budget beyond the context reads everything
        List<Integer> pages = List.of(10, 10, 11, 26, 6);
        assertThat(steps).hasSize(5);
        for (int step = 0; step < 5; step++) {
            int expected = pages.get(step);
            assertThat(steps.get(step).reads().stream().flatMap(List::stream))
                    .allSatisfy(read -> assertThat(read.tokens().pages(16)).isEqualTo(expected));
        }
    }

    @Test
    void foreignTracesDriveTheSimulatorAndDenseSystemsBesideIt() {
        for (String file : List.of("lserve-pages.csv", "starc-budget.txt")) {
            long ours = cycles(point(sample(file), ""));
            long dense = cycles(point(sample(file), "mapping: hb-remote\n"));
            assertThat(ours).as(file).isPositive().isLessThan(dense);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"[0]\",\"[1]\",\"[2]\"' | :1: 3 lists of pages; h2eal-demo has 4 KV heads and 8 query heads",
                "'\"[0]\",\"[1]\",\"[2]\",\"[25]\"' | :1: page 25: a context of 400 tokens has pages 0 to 24 of 16 tokens",
                "'\"[0]\",\"[1]\",\"[2]\",\"[x]\"' | :1: \"[x]\": expected a list of pages such as [0, 3, 17]",
                "'\"[0]\",\"[1]\",\"[2]\",\"[3]\"' | :1: ends after 1 of the 4 layers of step 0; h2eal-demo has 4 layers",
                "'\"[0]\",\"[99999999999]\",\"[2]\",\"[3]\"' | :1: page 99999999999: a context of 400 tokens",
            })
    void brokenPageLogIsRefusedAtItsLine(String line, String message) throws IOException {
        Path log = write(line + "\n");
        assertThatThrownBy(() -> steps(point(log, "")))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining(log.getFileName() + message)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12\\n-3 | :2: \"-3\": expected a number of tokens of at least 1",
                "12\\n0 | :2: \"0\": expected a number of tokens of at least 1",
                "# note\\n12\\ntwelve | :3: \"twelve\": expected a number of tokens of at least 1",
                "12\\n3.5 | :2: \"3.5\": expected a number of tokens of at least 1",
                "12\\n99999999999 | :2: \"99999999999\": expected a number of tokens of at least 1",
            })
    void brokenBudgetTableIsRefusedAtItsLine(String text, String message) throws IOException {
        Path table = write(text.replace("\\n", "\n"));
        assertThatThrownBy(() -> point(table, ""))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining(table.getFileName() + message);
    }

    @Test
    void contextThatTheTraceDoesNotTellIsAskedFor() {
        assertThatThrownBy(() -> reader.point(reader.resolved(YamlDocument.parse(
                        folder.resolve("spec.yaml").toString(),
                        spec("workload: {trace: %s}".formatted(sample("starc-budget.txt")))))))
                .hasMessageContaining("expected a context beside it, which a budget table does not tell");
    }

    @Test
    void formatCanBeForcedAndAWrongOneNamesTheLine() {
        assertThatThrownBy(() -> point(sample("lserve-pages.csv"), "", ", traceFormat: starc"))
                .hasMessageContaining("lserve-pages.csv:2: ");
        assertThatThrownBy(() -> point(sample("lserve-pages.csv"), "", ", traceFormat: quest"))
                .hasMessageContaining("workload.traceFormat: \"quest\": expected one of h2rt, lserve, starc");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "trace", ".txt"), text);
    }

    private static Path sample(String file) {
        try {
            return Path.of(ForeignTracesTest.class.getResource(file).toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private DesignPoint point(Path trace, String mapping) {
        return point(trace, mapping, "");
    }

    private DesignPoint point(Path trace, String mapping, String more) {
        String workload = "workload: {context: 400, trace: %s%s}\n%s".formatted(trace, more, mapping);
        return reader.point(
                reader.resolved(YamlDocument.parse(folder.resolve("spec.yaml").toString(), spec(workload))));
    }

    private static String spec(String workload) {
        return ("model: h2eal-demo\nhardware: hb-edge\nattention: {preset: h2eal-short, streamingShare: 0.25, sinkTokens: 64,"
                        + " pageTokens: 16, summaryTokens: 16}\n%s%s")
                .formatted(workload.contains("mapping:") ? "" : "mapping: h2eal\n", workload);
    }

    private static List<StepReads> steps(DesignPoint point) {
        return Workloads.steps(point).stream().map(List::getFirst).toList();
    }

    private static long cycles(DesignPoint point) {
        return new Simulation(EngineKind.BURST).run(point).attention().cycles();
    }
}
