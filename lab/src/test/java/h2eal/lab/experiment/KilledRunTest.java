package h2eal.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.lab.cache.ResultCache;
import h2eal.lab.design.DesignPoints;
import h2eal.lab.spec.Presets;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a run leaves behind when its process is killed or its disk is full: real processes, ended from outside.
class KilledRunTest {

    private static final int POINTS = 24;
    private static final int KILLS = 2;
    private static final int THREADS = 2;
    private static final long SEED = 11;
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private Path folder;

    private Experiment experiment;

    @BeforeEach
    void writeExperiment() throws IOException {
        Path study = Files.createDirectories(folder.resolve("study"));
        String contexts = IntStream.rangeClosed(1, POINTS)
                .mapToObj(thousands -> thousands + "K")
                .collect(Collectors.joining(", "));
        Files.writeString(study.resolve("spec.yaml"), """
                model: llama-3-8b
                hardware: hb-large
                attention: h2eal
                mapping: h2eal
                workload: {context: [%s]}
                """.formatted(contexts));
        experiment = Experiment.read(study, Optional.empty(), new DesignPoints(Presets.installed()));
    }

    @Test
    void killAtAnyMomentLosesNothingFinishedAndRunsNothingTwice() throws Exception {
        Path killed = folder.resolve("killed");
        Random random = new Random(SEED);
        Set<Integer> finished = new HashSet<>();
        for (int kill = 0; kill < KILLS; kill++) {
            Path log = folder.resolve("log" + kill);
            Process run = start(killed, log, List.of());
            int points = 2 + THREADS + random.nextInt(4);
            while (run.isAlive() && started(log).size() < points) {
                Thread.sleep(1);
            }
            Thread.sleep(random.nextInt(20));
            // SIGKILL: no handler, no shutdown hook, no flush
            run.destroyForcibly().waitFor();
            assertThat(started(log)).as("kill %d, seed %d", kill, SEED).noneMatch(finished::contains);
            Set<Integer> kept = finished(killed);
            // a thread starts a point only when its last one is on disk
            assertThat(kept)
                    .containsAll(finished)
                    .hasSizeGreaterThanOrEqualTo(Math.min(POINTS, finished.size() + points - THREADS));
            finished = kept;
        }
        Path log = folder.resolve("last");
        assertThat(start(killed, log, List.of()).waitFor()).isZero();
        assertThat(started(log)).hasSize(POINTS - finished.size()).noneMatch(finished::contains);

        Path whole = folder.resolve("whole");
        assertThat(start(whole, folder.resolve("log"), List.of()).waitFor()).isZero();
        for (String file : List.of("study.csv", "study.json")) {
            assertThat(killed.resolve(file)).hasSameTextualContentAs(whole.resolve(file));
        }
    }

    /// A limit on the size of files stands in for a full disk: writes fail in the middle of a line.
    @Test
    void fullDiskIsNamedAndWhatWasFinishedIsKept() throws Exception {
        Path results = folder.resolve("results");
        Process limited = start(results, folder.resolve("log"), List.of("sh", "-c", "ulimit -f 8; exec \"$@\"", "sh"));
        String message = new String(limited.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(limited.waitFor()).isEqualTo(1);
        assertThat(message.lines().filter(line -> !line.startsWith("WARNING")))
                .singleElement()
                .asString()
                .startsWith(results.resolve("cache.jsonl") + ": cannot be written: ");
        Set<Integer> finished = finished(results);
        assertThat(finished).hasSizeBetween(1, POINTS - 1);

        Path log = folder.resolve("again");
        assertThat(start(results, log, List.of()).waitFor()).isZero();
        assertThat(started(log)).hasSize(POINTS - finished.size()).noneMatch(finished::contains);
        assertThat(results.resolve("study.csv")).exists();
    }

    private Process start(Path results, Path log, List<String> launcher) throws IOException {
        String classes = Path.of(location(KilledRunTest.class))
                + File.pathSeparator
                + location(Experiment.class)
                + File.pathSeparator
                + System.getProperty("jdk.module.path");
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(
                JAVA,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-cp",
                classes,
                RunnerProcess.class.getName(),
                experiment.folder().toString(),
                results.toString(),
                log.toString()));
        return new ProcessBuilder(command).start();
    }

    private static String location(Class<?> type) {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .toString();
    }

    private static List<Integer> started(Path log) throws IOException {
        return Files.exists(log)
                ? Files.readAllLines(log).stream().map(Integer::valueOf).toList()
                : List.of();
    }

    /// Contexts of the points whose results another process would find.
    private Set<Integer> finished(Path results) throws IOException {
        try (ResultCache cache = new ResultFolder(results).cache()) {
            return keys(cache);
        }
    }

    private Set<Integer> keys(ResultCache cache) {
        return experiment.points().stream()
                .filter(point -> cache.get(point.key()).isPresent())
                .map(point -> point.design().workload().contextTokens())
                .collect(Collectors.toSet());
    }
}
