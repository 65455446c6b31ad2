package h2eal.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.lab.report.Report.Figure;
import h2eal.lab.report.Report.Section;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlReportTest {

    private static final Report REPORT = Reports.everyChart();
    private static final String HTML = HtmlReport.text(REPORT);

    @Test
    void everySectionAndFigureIsThere() {
        assertThat(REPORT.sections())
                .allSatisfy(section -> assertThat(HTML).contains("<h2>" + section.title() + "</h2>"))
                .flatExtracting(Section::figures)
                .allSatisfy(figure -> assertThat(HTML).contains("<figure id=\"%s\">".formatted(figure.id())));
        assertThat(HTML).contains("What &lt;two&gt; shops sold.").doesNotContain("{{");
    }

    @Test
    void chartsAreDrawnAndTablesAreNot() {
        assertThat(HTML.split("class=\"chart\"", -1)).hasSize(1 + 6);
        assertThat(HTML.split("<details>", -1)).hasSize(1 + 6);
        assertThat(HTML.split("<table>", -1)).hasSize(1 + 7);
    }

    @Test
    void everyFigureOffersItsCsv() {
        List<Figure> figures = REPORT.sections().stream()
                .flatMap(section -> section.figures().stream())
                .toList();

        assertThat(figures).hasSize(7).allSatisfy(figure -> {
            String csv = Base64.getEncoder()
                    .encodeToString(figure.chart().table().text().getBytes(StandardCharsets.UTF_8));
            assertThat(HTML)
                    .contains("<a download=\"%s.csv\" href=\"data:text/csv;charset=utf-8;base64,%s\">"
                            .formatted(figure.id(), csv));
        });
    }

    @Test
    void nothingIsLoadedFromTheNetwork() {
        String own = HTML.replace(library(), "");

        assertThat(HTML).contains("echarts");
        assertThat(own.length()).isLessThan(HTML.length() - 500_000);
        assertThat(own).doesNotContain("http://", "https://", "<link rel=\"stylesheet\"", "src=", "@import", "fetch(");
    }

    @Test
    void dataCannotEndItsScript() {
        assertThat(HTML.split("</script>", -1)).hasSize(1 + 6 + 2);
    }

    private static String library() {
        int from = HTML.indexOf("<script>\n") + "<script>\n".length();
        return HTML.substring(from, HTML.indexOf("\n</script>", from));
    }
}
