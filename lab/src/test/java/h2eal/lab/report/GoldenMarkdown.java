package h2eal.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reports as Markdown beside their golden files. What was written is kept in `lab/target/golden`: to accept a change
/// that was meant, look at it there and copy it over the golden file.
public final class GoldenMarkdown {

    private static final Path WRITTEN = Path.of("target", "golden");

    private GoldenMarkdown() {}

    /// @param test whose package holds the golden file
    public static void assertGolden(Report report, Class<?> test, String name) throws IOException {
        String text = MarkdownReport.text(report);
        Files.createDirectories(WRITTEN);
        Files.writeString(WRITTEN.resolve(name), text);
        try (InputStream golden = test.getResourceAsStream(name)) {
            assertThat(golden).as("golden file %s beside %s", name, test).isNotNull();
            assertThat(text).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
