package h2eal.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.lab.cache.ResultCache;
import h2eal.lab.design.DesignPoint;
import h2eal.lab.design.DesignPoints;
import h2eal.lab.result.ResultRow;
import h2eal.lab.result.ResultTable;
import h2eal.lab.result.SimulationResult;
import h2eal.lab.simulate.Simulation;
import h2eal.lab.spec.Presets;
import h2eal.lab.yaml.SpecException;
import h2eal.sim.dram.EngineKind;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentRunnerTest {

    private static final String SPEC = """
            model: [llama-3-8b, mistral-7b]
            hardware: hb-large
            attention: h2eal
            mapping: h2eal
            workload: {context: [4K, 8K, 16K]}
            """;

    private final DesignPoints reader = new DesignPoints(Presets.installed());
    private final AtomicInteger measured = new AtomicInteger();

    @TempDir
    private Path folder;

    @Test
    void rowsComeInTheOrderOfThePointsWhateverTheThreads() throws IOException {
        ResultTable table =
                run(experiment(SPEC), 4, point -> Results.of(point.workload().contextTokens()));
        assertThat(table.rows().stream().map(row -> row.at("model") + "/" + row.at("context")))
                .containsExactly(
                        "llama-3-8b/4K",
                        "llama-3-8b/8K",
                        "llama-3-8b/16K",
                        "mistral-7b/4K",
                        "mistral-7b/8K",
                        "mistral-7b/16K");
        assertThat(table.rows().stream().map(row -> row.result().attention().cycles()))
                .containsExactly(4096L, 8192L, 16384L, 4096L, 8192L, 16384L);
    }

    @Test
    void finishedPointIsNeverRunTwiceAndComesBackUnchanged() throws IOException {
        ResultTable first = run(experiment(SPEC), 2, point -> Results.of(7));
        ResultTable second = run(experiment(SPEC), 2, point -> Results.of(8));
        assertThat(measured).hasValue(6);
        assertThat(second).isEqualTo(first);
    }

    @Test
    void changedSpecRunsOnlyWhatChanged() throws IOException {
        run(experiment(SPEC), 2, point -> Results.of(7));
        run(experiment(SPEC.replace("16K", "32K")), 2, point -> Results.of(8));
        assertThat(measured).hasValue(6 + 2);
    }

    @Test
    void interruptedRunResumesWhereItStopped() throws IOException {
        Experiment experiment = experiment(SPEC);
        assertThatThrownBy(() -> run(experiment, 1, point -> {
                    if (measured.get() > 3) {
                        throw new CancellationException();
                    }
                    return Results.of(7);
                }))
                .isInstanceOf(CancellationException.class);
        int before = measured.get();
        run(experiment, 1, point -> Results.of(7));
        assertThat(measured.get() - before)
                .as("the three that had not finished")
                .isEqualTo(3);
    }

    @Test
    void damagedEntryOfTheCacheIsComputedAgainAndNothingElse() throws IOException {
        ResultTable first = run(experiment(SPEC), 2, point -> Results.of(7));
        Path cache = folder.resolve("results/cache.jsonl");
        List<String> lines = new ArrayList<>(Files.readAllLines(cache));
        lines.set(2, lines.get(2).replace("\"cycles\":7", "\"cycles\":8"));
        Files.write(cache, lines);

        ResultTable second = run(experiment(SPEC), 2, point -> Results.of(7));

        assertThat(second).isEqualTo(first);
        assertThat(measured).hasValue(6 + 1);
    }

    @Test
    void folderThatCannotBeWrittenIsRefusedBeforeAnythingRuns() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        assertThatThrownBy(() -> new ResultFolder(file).prepare(List.of("x")))
                .isInstanceOf(NotDirectoryException.class)
                .hasMessageContaining(file.toString());
        // root may write where nobody should; not even root makes files in /proc
        assertThatThrownBy(() -> new ResultFolder(Path.of("/proc")).prepare(List.of("x")))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("/proc");
        assertThatThrownBy(() -> new ResultFolder(Path.of("/proc/new")).prepare(List.of("x")))
                .isInstanceOf(FileSystemException.class)
                .hasMessage("/proc/new: this folder cannot be made");
    }

    @Test
    void acceptedResultsAreExpectedAndAnyOtherIsNot() throws IOException {
        Experiment experiment = experiment(SPEC);
        ResultTable table = run(experiment, 1, point -> Results.of(1000));
        ResultFolder.accept(experiment, table);
        assertThat(ResultFolder.check(experiment, table, true).orElseThrow())
                .hasSize(6 * 8)
                .allMatch(Expectation.Check::holds);
        List<ResultRow> moved = table.rows().stream()
                .map(row -> new ResultRow(row.coordinates(), Results.of(1006)))
                .toList();
        assertThat(ResultFolder.check(experiment, new ResultTable("x", moved), true)
                        .orElseThrow())
                .noneMatch(Expectation.Check::holds);
    }

    @Test
    void expectationOfAPointThatIsNotInTheSpecIsNamed() throws IOException {
        Experiment experiment = experiment(SPEC);
        ResultTable table = run(experiment, 1, point -> Results.of(1000));
        Files.writeString(
                experiment.expected(), "model,context,metric,expected,tolerance\nllama-9,4K,attentionCycles,1,0\n");
        assertThatThrownBy(() -> ResultFolder.check(experiment, table, true))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("expected.csv: no such point in the spec")
                .hasMessageContaining("llama-9");
    }

    @Test
    void impossiblePointIsRefusedBeforeAnythingRuns() {
        assertThatThrownBy(() -> experiment(SPEC.replace("mistral-7b", "mistral-8b")))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("spec.yaml:1: mistral-8b: no such model preset; did you mean mistral-7b?");
        assertThatThrownBy(() -> experiment(SPEC + "placement: row-packed\n"))
                .hasMessageContaining("spec.yaml:6: placement: unknown key");
        assertThatThrownBy(() ->
                        experiment(SPEC.replace("attention: h2eal", "attention: {preset: h2eal, pageTokenz: 32}")))
                .hasMessageContaining("spec.yaml:3: attention.pageTokenz: unknown key; did you mean pageTokens?");
        assertThatThrownBy(() -> experiment(SPEC.replace("[4K, 8K, 16K]", "[]")))
                .hasMessageContaining("spec.yaml:5: a list needs at least one value");
    }

    /// 13.5 GB of weights and 16 GiB of cache in 16 GiB of memory.
    @Test
    void contextThatDoesNotFitTheMemoryIsRefusedWithTheNumbers() {
        assertThatThrownBy(() -> experiment(SPEC.replace("hb-large", "hb-edge")
                        .replace("mapping: h2eal", "mapping: hb-tiled")
                        .replace("16K", "128K")))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining(
                        "spec.yaml:5: workload: llama-3-8b with 131072 tokens x 1 sequences needs 31.0 GiB")
                .hasMessageContaining("hb-edge has 16.0 GiB");
    }

    @Test
    void headMapOfAnotherModelIsRefusedWithBothShapes() throws IOException {
        Path heads = Presets.installed().folder().resolve("heads/duo-attention/Llama-2-7B-32K-Instruct");
        Path gates;
        try (Stream<Path> files = Files.walk(heads)) {
            gates = files.filter(file -> file.toString().endsWith(".tsv"))
                    .findFirst()
                    .orElseThrow();
        }
        assertThatThrownBy(() -> experiment(SPEC.replace(
                        "[llama-3-8b, mistral-7b]",
                        "{preset: mistral-7b, gates: %s}".formatted(gates.toAbsolutePath()))))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("spec.yaml:1: model.gates: ")
                .hasMessageContaining("gates of 32 layers x 32 KV heads do not fit mistral-7b: 32 x 8");
    }

    /// Head 0 of a layer lies in one bank of 256 MiB, the whole in 16 GiB: only placing it shows that it does not fit.
    @Test
    void pointThatDoesNotFitWhenItIsPlacedIsRefusedWithTheNumbers() throws IOException {
        Experiment experiment = experiment("""
                model: h2eal-demo
                hardware: hb-edge
                attention: {preset: dense}
                mapping: hb-head
                workload: {context: 3M, steps: 1}
                """);
        assertThatThrownBy(() -> run(experiment, 1, new Simulation(EngineKind.BURST)::runFitting))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("does not fit: weights");
    }

    private ResultTable run(Experiment experiment, int threads, Function<DesignPoint, SimulationResult> measure)
            throws IOException {
        try (ResultCache cache = new ResultFolder(folder.resolve("results")).cache()) {
            return experiment.table(new ExperimentRunner<>(cache, threads, SimulationResult.class, point -> {
                        measured.incrementAndGet();
                        return measure.apply(point);
                    })
                    .run(experiment, new Unwatched()));
        }
    }

    private Experiment experiment(String spec) throws IOException {
        Path study = Files.createDirectories(folder.resolve("study"));
        Files.writeString(study.resolve("spec.yaml"), spec);
        return Experiment.read(study, Optional.empty(), reader);
    }
}
