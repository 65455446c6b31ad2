package h2eal.checks;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.checks.Installation.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// What README.md promises. Its quick samples are run as they stand; those that simulate large models, and the two
/// set-up commands, which continuous integration runs, are left out.
class ReadmeTest {

    private static final Path README = Repository.ROOT.resolve("README.md");
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)]+)\\)");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^\\./h2eal (.+)$");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final List<String> LONG = List.of("demo", "run", "simulate --model llama-3-8b");

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path folder;

    @Test
    void readmeIsAtMost120Lines() throws IOException {
        assertThat(Files.readAllLines(README)).hasSizeLessThanOrEqualTo(120);
    }

    @Test
    void linksOfTheDocumentsLeadSomewhere() {
        assertThat(Stream.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
                        .flatMap(document -> matches(LINK, document))
                        .map(match -> match.group(1)))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(Repository.ROOT.resolve(link)).exists());
    }

    @Test
    void quickSamplesRun() throws Exception {
        Installation installed = Installation.in(folder.resolve("h2eal"));
        List<String> samples = matches(SAMPLE, "README.md")
                .map(match -> match.group(1))
                .filter(sample -> LONG.stream().noneMatch(sample::startsWith))
                .toList();

        assertThat(samples).hasSizeGreaterThan(3);
        for (String sample : samples) {
            Run run = installed.run(installed.home(), Map.of(), words(sample));
            assertThat(run.exitCode()).as(sample + "\n" + run.err()).isZero();
        }
    }

    private static Stream<MatchResult> matches(Pattern pattern, String document) {
        try {
            Matcher matcher = pattern.matcher(Files.readString(Repository.ROOT.resolve(document)));
            return matcher.results().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> words(String sample) {
        List<String> words = new ArrayList<>();
        WORD.matcher(sample)
                .results()
                .forEach(word -> words.add(word.group(1) == null ? word.group(2) : word.group(1)));
        return words;
    }
}
