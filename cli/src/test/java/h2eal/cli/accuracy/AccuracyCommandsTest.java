package h2eal.cli.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.cli.decode.CommandRun;
import h2eal.heads.GateText;
import h2eal.heads.HeadTable;
import h2eal.heads.ScoreText;
import h2eal.lab.measure.Shipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `eval` and `profile` with the shipped model, in contexts small enough for a test.
class AccuracyCommandsTest {

    @TempDir
    private Path folder;

    @Test
    void evalComparesEveryAttentionWithDense() throws IOException {
        Path json = folder.resolve("result.json");

        CommandRun run = CommandRun.of(
                new EvalCommand(),
                "--model=demo",
                "--suite=single-2,packed",
                "--context=400",
                "--trials=2",
                "--attention=hybrid,streaming-only",
                "--json=" + json);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("h2eal-demo, 400 tokens of context, 2 trials per task", "single-2", "streaming-only:")
                .contains("not run: task packed separates documents by an end-of-text token");
        assertThat(Files.readString(json)).contains("\"beyondTraining\" : false", "\"agreement\"", "\"bytesRead\"");
    }

    @Test
    void evalRefusesContextsBeyondTheTrainingWithoutTheFlag() {
        CommandRun refused = CommandRun.of(new EvalCommand(), "--model=demo", "--suite=single-2", "--context=5000");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err())
                .contains("--context 5000 exceeds the 4096 tokens that h2eal-demo was trained for; --beyond-training");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --trials=0        | 2 | --trials must be at least 1: 0
            --context=0       | 2 | --context must be at least 1: 0
            --model=no.gguf   | 1 | --model no.gguf: no such file or folder
            """)
    void evalNamesTheFlagThatIsWrong(String flag, int exitCode, String message) {
        CommandRun run = flag.startsWith("--model")
                ? CommandRun.of(new EvalCommand(), flag)
                : CommandRun.of(new EvalCommand(), "--model=demo", flag);

        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.err()).contains(message);
    }

    @Test
    void evalReportsHowWellAMassTargetWasMet() {
        CommandRun run = CommandRun.of(
                new EvalCommand(),
                "--model=demo",
                "--suite=single-2",
                "--context=700",
                "--trials=1",
                "--mass-loss=0.05");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("tolerated 5.00 %, estimated to be dropped");
    }

    @Test
    void evalOfAModelOfUnknownHeadsNamesTheWayToKnowThem() {
        CommandRun run = CommandRun.of(
                new EvalCommand(), "--model=" + Shipped.model(), "--suite=single-1", "--context=300", "--trials=1");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("no --heads: every head retrieves", "h2eal profile");
    }

    @Test
    void evalScoresAFileAndNamesItsBadLines() throws IOException {
        Path file = Files.write(
                folder.resolve("niah.jsonl"),
                List.of("{\"input\": \"It was so. [abc=1234] So it was. [abc=\", \"outputs\": [\"1234\"]}", "oops"));

        CommandRun run = CommandRun.of(new EvalCommand(), "--model=demo", "--context=300", "--file=" + file);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("string_match_all", "100.0", "1 of 2 lines skipped");
        assertThat(run.err()).contains(file + ":2: skipped: not JSON");
    }

    @Test
    void profileWritesGatesMapScoresAndPicture() throws IOException {
        Path gates = folder.resolve("new/heads.tsv");

        CommandRun run =
                CommandRun.of(new ProfileCommand(), "--model=demo", "--output=" + gates, "--context=500", "--trials=1");

        assertThat(run.exitCode()).as(run.err()).isZero();
        List<String> lines = Files.readAllLines(gates);
        HeadTable table = GateText.parse(lines);
        assertThat(table.layers()).isEqualTo(4);
        assertThat(GateText.streamingShare(lines)).isPresent();
        HeadTable map = GateText.parse(Files.readAllLines(gates.resolveSibling("heads.map.tsv")));
        assertThat(map.values()).containsOnly(0, 1);
        assertThat(ScoreText.parse(Files.readAllLines(gates.resolveSibling("heads.scores.tsv")))
                        .heads())
                .isEqualTo(8);
        assertThat(Files.readString(gates.resolveSibling("heads.html"))).contains("Heads of h2eal-demo");
    }
}
