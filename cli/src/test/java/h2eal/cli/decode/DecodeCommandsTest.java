package h2eal.cli.decode;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.cli.accuracy.PerplexityCommand;
import h2eal.lab.trace.TraceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The commands over the runtime, with the shipped model.
class DecodeCommandsTest {

    /// The first prompt of the model's golden file, and what llama.cpp continues it with.
    private static final String PROMPT =
            "First Citizen: [abc=1234] before we proceed any further, hear me speak. [abc=";

    private static final String CONTINUATION = "1234] I ";

    @TempDir
    private Path folder;

    @Test
    void generatePrintsTheTextAloneAndWritesTheNumbers() throws IOException {
        Path json = folder.resolve("result.json");

        CommandRun run = CommandRun.of(
                new GenerateCommand(), "--model=demo", "--prompt=" + PROMPT, "--tokens=8", "--json=" + json);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo(CONTINUATION + System.lineSeparator());
        assertThat(run.err()).contains("78 prompt tokens", "8 new tokens", "skipped 0");
        assertThat(Files.readString(json))
                .contains(
                        "\"promptTokens\" : 78",
                        "\"tokens\" : [ 49, 50, 51, 52, 93, 32, 73, 32 ]",
                        "\"text\" : \"1234] I \"",
                        "\"prefillTokensPerSecond\"",
                        "\"decodeTokensPerSecond\"",
                        "\"pagesSkipped\" : 0",
                        "\"denseBytes\"");
    }

    @Test
    void aKeptContextIsContinuedInsteadOfReadAgain() {
        Path kept = folder.resolve("kept.kv");
        String start = PROMPT.substring(0, 40);
        CommandRun.of(new GenerateCommand(), "--model=demo", "--prompt=" + start, "--tokens=0", "--save-cache=" + kept);

        CommandRun run = CommandRun.of(
                new GenerateCommand(),
                "--model=demo",
                "--load-cache=" + kept,
                "--prompt=" + PROMPT.substring(40),
                "--tokens=8");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo(CONTINUATION + System.lineSeparator());
        assertThat(run.err()).contains("37 prompt tokens");
        assertThat(CommandRun.of(new GenerateCommand(), "--model=demo", "--load-cache=" + kept, "--kv=f16")
                        .err())
                .contains("was saved with kv: F32; here it is kv: F16");
    }

    @Test
    void generateReadsThePromptFromAFileAndRecordsItsReads() throws IOException {
        Path prompt = Files.writeString(folder.resolve("prompt.txt"), PROMPT);
        Path trace = folder.resolve("reads.h2rt");

        CommandRun run = CommandRun.of(
                new GenerateCommand(),
                "--model=demo",
                "--prompt-file=" + prompt,
                "--tokens=8",
                "--attention=hybrid",
                "--trace=" + trace);

        assertThat(run.out()).startsWith(CONTINUATION);
        TraceFile reads = TraceFile.open(trace);
        assertThat(reads.header().layers()).isEqualTo(4);
        assertThat(reads.steps())
                .toIterable()
                .hasSizeBetween(7, 8)
                .allSatisfy(step -> assertThat(step.contextTokens()).isGreaterThan(78));
    }

    @Test
    void logitsWithinTheBudgetAreThoseOfDenseAttentionToTheBit() throws IOException {
        String tokens = Stream.concat(Stream.of(0), PROMPT.chars().boxed())
                .map(String::valueOf)
                .collect(Collectors.joining(","));
        Path dense = folder.resolve("dense.json");
        Path hybrid = folder.resolve("hybrid.json");

        CommandRun run = CommandRun.of(new LogitsCommand(), "--model=demo", "--tokens=" + tokens, "--json=" + dense);
        CommandRun.of(
                new LogitsCommand(), "--model=demo", "--tokens=" + tokens, "--attention=hybrid", "--json=" + hybrid);

        assertThat(run.out().lines().skip(2)).first().asString().startsWith("\"1\"");
        assertThat(Files.readString(hybrid)).isEqualTo(Files.readString(dense));
    }

    @Test
    void perplexityOfDenseAttentionDivergesFromNothing() throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), "It was a dark and stormy night. ".repeat(12));
        Path json = folder.resolve("result.json");

        CommandRun run = CommandRun.of(
                new PerplexityCommand(), "--model=demo", "--text=" + text, "--context=128", "--json=" + json);

        assertThat(run.exitCode()).isZero();
        // 384 characters: three windows of 127 characters after a begin token, whose last 64 are scored, and one of 4
        // tokens, whose last 2 are
        assertThat(Files.readString(json)).contains("\"tokens\" : 194", "\"klToDense\" : 0.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | --model=demo                                  | --prompt",
                "2 | --model=demo --prompt=x --kv=f8               | f8",
                "2 | --model=demo --prompt=x --tokens=-1           | maxTokens must not be negative: -1",
                "2 | --model=demo --prompt=x --temperature=-1      | temperature must be positive",
                "2 | --model=demo --prompt=x --threads=0           | --threads",
                "2 | --model=demo --prompt=x --heads=h.tsv         | --heads has no meaning",
                "2 | --model=demo --prompt=x --vertical-slash=64   | --vertical-slash has no meaning",
                "2 | --model=demo --prompt=x --mass-loss=0.01      | --mass-loss has no meaning",
                "2 | --model=demo --prompt=x --attention=hybrid --vertical-slash=0 | --vertical-slash must be at least 1: 0",
                "1 | --model=none.gguf --prompt=x                  | none.gguf",
                "1 | --model=demo --prompt=x --attention=none      | no such attention preset",
                "1 | --model=demo --prompt=x --context=5000        | exceeds the 4096",
                "1 | --model=demo --prompt-file=/                  | / is a folder",
                "1 | --model=demo --prompt=x --json=/none/x.json   | /none",
            })
    void mistakeIsNamedInOneLine(int exitCode, String arguments, String named) {
        CommandRun run = CommandRun.of(new GenerateCommand(), arguments.split(" "));

        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().replace(": ", " ")).contains(named.replace(": ", " "));
        assertThat(run.err().lines()).hasSize(1);
    }

    @Test
    void tokenBeyondTheVocabularyIsNamedWithItsPlace() {
        CommandRun run = CommandRun.of(new LogitsCommand(), "--model=demo", "--tokens=1,256");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("number 2 is 256; the model has tokens 0 to 255");
    }
}
