package h2eal.lab.eval.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.attention.GroupRule;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.lab.eval.metric.Metric;
import h2eal.lab.eval.score.Candidate;
import h2eal.lab.measure.Shipped;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileEvaluationTest {

    private static final String RULER =
            "{\"index\": 0, \"input\": \"%s[abc=1234] the rest of it. [abc=\", \"outputs\": [\"1234\"], \"length\": 99}";

    @TempDir
    private Path folder;

    @Test
    void linesOfBothFormatsAreReadAndTheOthersCounted() throws IOException {
        Path file = Files.write(
                folder.resolve("mixed.jsonl"),
                List.of(
                        "{\"input\": \"Who?\", \"context\": \"Long.\", \"answers\": [\"Me\"], \"dataset\": \"hotpotqa\","
                                + " \"all_classes\": null}",
                        "{\"input\": broken",
                        "",
                        RULER.formatted(""),
                        "{\"input\": \"x\", \"context\": \"y\", \"answers\": [\"z\"], \"dataset\": \"mine\"}",
                        "{\"input\": \"x\", \"dataset\": \"trec\"}",
                        "[1]"));

        SampleFile read = SampleFile.read(file);

        assertThat(read.samples()).hasSize(2);
        assertThat(read.samples().getFirst().prompt()).isEqualTo("Long.\n\nQuestion: Who?\nAnswer:");
        assertThat(read.samples().getFirst().metric()).isEqualTo(Metric.QA_F1);
        assertThat(read.samples().getLast().metric()).isEqualTo(Metric.STRING_MATCH_ALL);
        assertThat(read.skipped()).extracting(SampleFile.Skipped::line).containsExactly(2, 5, 6, 7);
        assertThat(read.skipped().getLast().reason()).isEqualTo("expected an object");
        assertThat(read.skipped().get(2).reason()).contains("\"context\"");
    }

    @Test
    void fileIsAnsweredDenseAndSparse() throws IOException {
        Path file = Files.write(folder.resolve("niah.jsonl"), List.of(RULER.formatted("It was a day. ".repeat(20))));

        FileEvaluation result = evaluate(SampleFile.read(file));

        FileEvaluation.DatasetScore score = result.datasets().getFirst();
        assertThat(score.dataset()).isEqualTo("niah");
        assertThat(score.dense()).isEqualTo(1);
        assertThat(score.sparse()).isEqualTo(1);
        assertThat(score.reads().savedFactor()).isGreaterThan(1);
        assertThat(score.truncated()).isZero();
    }

    @Test
    void fileWithoutQuestionsIsRefusedWithItsFirstReason() throws IOException {
        Path file = Files.write(folder.resolve("bad.jsonl"), List.of("{}"));

        assertThatThrownBy(() -> evaluate(SampleFile.read(file)))
                .hasMessage("no question in the file; 1 lines skipped, the first: line 1: no text under \"dataset\"");
    }

    @Test
    void longPromptsLoseTheirMiddle() {
        assertThat(FileEvaluation.cut(new int[] {1, 2, 3, 4, 5, 6, 7}, 4)).containsExactly(1, 2, 6, 7);
        assertThat(FileEvaluation.cut(new int[] {1, 2}, 4)).containsExactly(1, 2);
    }

    private static FileEvaluation evaluate(SampleFile file) {
        HybridAttention attention = new HybridAttention(
                new PageGeometry(16, 16),
                new HeadPattern.Streaming(16, 48),
                new HeadPattern.Retrieval(192),
                SummaryScore.BOX,
                GroupRule.SUM,
                1,
                0,
                false);
        try (Engine engine = Engine.open(Shipped.model(), 2)) {
            return FileEvaluation.of(
                    engine,
                    SessionOptions.dense(),
                    new Candidate("tested", new AttentionMode.Hybrid(attention, Optional.empty())),
                    file,
                    600,
                    done -> {});
        }
    }
}
