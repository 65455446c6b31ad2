package h2eal.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MarkdownReportTest {

    @Test
    void reportIsWrittenAsTheGoldenFile() throws IOException {
        try (InputStream golden = MarkdownReportTest.class.getResourceAsStream("every-chart.md")) {
            assertThat(MarkdownReport.text(Reports.everyChart()))
                    .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
