package h2eal.lab.eval.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.lab.cache.ResultCache;
import h2eal.lab.cache.Watcher;
import h2eal.lab.measure.Shipped;
import h2eal.lab.result.CsvTable;
import h2eal.lab.spec.Presets;
import h2eal.lab.yaml.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Do studies compare like with like?
class StudyTest {

    private static final String SPEC = """
            evaluate: {model: demo, text: time_machine.txt, suite: single-2, context: 900, trials: 1, seed: 1, byteFactors: 3}
            attentions:
              - h2eal-short
              - {preset: quest, denseLayers: 0}
              - streaming-only
            """;

    @TempDir
    private Path folder;

    @Test
    void allAttentionsReadAsManyBytesAndExpectationsAreCompared() throws IOException {
        Files.writeString(folder.resolve("spec.yaml"), SPEC);

        Study study = study(new StopAfter(Integer.MAX_VALUE));

        assertThat(study.rows())
                .allSatisfy(row -> assertThat(row.score().byteFactor())
                        .as(row.attention().name())
                        .isCloseTo(3, within(0.6)));
        CsvTable recorded = StudyTable.recorded(study);
        assertThat(StudyTable.differences(study, recorded)).isEmpty();
        List<List<String>> moved = new ArrayList<>(recorded.rows());
        moved.set(0, List.of("h2eal-short", "3.0x", "score", "250", "1"));
        assertThat(StudyTable.differences(study, new CsvTable(recorded.header(), moved)))
                .extracting(StudyTable.Difference::metric)
                .containsExactly("score");
    }

    @Test
    void anAttentionMayNameItsHeadsAndTheyDecideWhatStreams() throws IOException {
        Files.writeString(folder.resolve("first.tsv"), "1\t0\t0\t0\n".repeat(4));
        Files.writeString(folder.resolve("spec.yaml"), """
                evaluate: {model: demo, text: time_machine.txt, suite: single-2, context: 400, trials: 1, seed: 1}
                attentions:
                  - {preset: duo-attention, name: gates of the model, streamingShare: 0.75}
                  - {preset: duo-attention, name: first heads, streamingShare: 0.75, heads: first.tsv, forcedHeads: 0}
                  - {preset: duo-attention, name: first heads of no file, streamingShare: 0.75, heads: none.tsv}
                """);
        List<StudySpec.Entry> entries =
                StudySpec.read(folder, Presets.installed()).entries();

        assertThat(entries.get(0).gates()).isEqualTo(Shipped.gates());
        assertThat(entries.get(1).gates()).contains(folder.resolve("first.tsv"));
        assertThat(entries.get(1).attention().forcedHeads()).hasValue(0);
        assertThatThrownBy(() -> study(new StopAfter(1))).hasMessageContaining("none.tsv: no such file");
    }

    /// Stopped after the first of two trials, then run again: the same scores, and only the other is asked.
    @Test
    void stoppedStudyGoesOnWhereItWas() throws IOException {
        Files.writeString(folder.resolve("spec.yaml"), """
                evaluate: {model: demo, text: time_machine.txt, suite: single-2, context: 400, trials: 2, seed: 1}
                attentions: [streaming-only]
                """);
        StopAfter first = new StopAfter(1);

        assertThatThrownBy(() -> study(first)).isInstanceOf(CancellationException.class);
        try (ResultCache cache = cache()) {
            assertThat(cache.size()).isEqualTo(1);
        }
        Study resumed = study(new StopAfter(Integer.MAX_VALUE));
        try (ResultCache cache = cache()) {
            assertThat(cache.size()).as("the first trial is not asked again").isEqualTo(2);
        }

        Files.delete(folder.resolve("cache.jsonl"));
        assertThat(resumed).isEqualTo(study(new StopAfter(Integer.MAX_VALUE)));
    }

    private Study study(Watcher watcher) throws IOException {
        try (ResultCache cache = cache()) {
            return Study.of(StudySpec.read(folder, Presets.installed()), 2, cache, watcher);
        }
    }

    private ResultCache cache() throws IOException {
        return ResultCache.open(folder.resolve("cache.jsonl"));
    }

    @Test
    void wrongSpecsAreRefusedWithTheirPlace() throws IOException {
        Files.writeString(folder.resolve("spec.yaml"), SPEC.replace("trials: 1", "trials: 0"));
        assertThatThrownBy(() -> StudySpec.read(folder, Presets.installed()))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("spec.yaml:1: evaluate.trials: \"0\": expected a whole number of at least 1");

        Files.writeString(folder.resolve("spec.yaml"), SPEC.replace("byteFactors: 3", "byteFactors: three"));
        assertThatThrownBy(() -> StudySpec.read(folder, Presets.installed()))
                .hasMessageContaining("byteFactors: \"three\": expected a number");
    }

    @Test
    void shippedStudiesCanBeRead() {
        Map<String, Integer> entries = Map.of(
                "accuracy-policy",
                5,
                "accuracy-presets",
                5,
                "accuracy-frontier",
                5,
                "accuracy-headline",
                1,
                "accuracy-heads",
                2);
        entries.forEach((name, atLeast) -> {
            Path shipped =
                    Presets.installed().folder().resolveSibling("experiments").resolve(name);
            assertThat(StudySpec.isIn(shipped)).isTrue();
            assertThat(StudySpec.read(shipped, Presets.installed()).entries()).hasSizeGreaterThanOrEqualTo(atLeast);
        });
    }

    /// A user who stops after so many trials.
    private static final class StopAfter implements Watcher {
        private final int trials;
        private int done;

        StopAfter(int trials) {
            this.trials = trials;
        }

        @Override
        public void done(int pieces) {
            done = pieces;
        }

        @Override
        public boolean stopped() {
            return done >= trials;
        }

        @Override
        public boolean ignoresCache() {
            return false;
        }
    }
}
