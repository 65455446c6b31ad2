package h2eal.lab.report;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class MarkdownReportTest {

    @Test
    void reportIsWrittenAsTheGoldenFile() throws IOException {
        GoldenMarkdown.assertGolden(Reports.everyChart(), MarkdownReportTest.class, "every-chart.md");
    }
}
