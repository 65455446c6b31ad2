package h2eal.lab.report;

import com.github.mustachejava.DefaultMustacheFactory;
import h2eal.lab.report.Report.Figure;
import h2eal.lab.report.Report.Section;
import h2eal.lab.result.CsvTable;
import h2eal.lab.result.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A report as one HTML file that needs nothing else: style, chart library and data are inside it. Every chart has its
/// table and its CSV; light or dark as the reader's system; readable on a phone and on paper.
public final class HtmlReport {

    private static final int SENTENCE_CHARACTERS = 48;

    private HtmlReport() {}

    /// The whole file.
    public static String text(Report report) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("title", report.title());
        page.put("lead", report.lead());
        page.put("sections", report.sections().stream().map(HtmlReport::section).toList());
        page.put("style", resource("report.css"));
        page.put("library", resource("echarts.min.js"));
        page.put("script", resource("report.js"));
        StringWriter html = new StringWriter();
        new DefaultMustacheFactory()
                .compile(new StringReader(resource("report.html")), "report.html")
                .execute(html, page);
        return html.toString();
    }

    private static Map<String, Object> section(Section section) {
        return Map.of(
                "title",
                section.title(),
                "text",
                section.text(),
                "figures",
                section.figures().stream().map(HtmlReport::figure).toList());
    }

    private static Map<String, Object> figure(Figure figure) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", figure.id());
        shown.put("title", figure.title());
        shown.put("caption", figure.caption());
        CsvTable table = figure.chart().table();
        List<String> styles = IntStream.range(0, table.header().size())
                .mapToObj(column -> style(table, column))
                .toList();
        shown.put("header", cells(table.header(), styles));
        shown.put(
                "rows",
                table.rows().stream()
                        .map(row -> Map.of("cells", cells(row, styles)))
                        .toList());
        shown.put("csv", base64(figure.chart().table().text()));
        ChartOptions.of(figure.chart()).ifPresent(option -> {
            shown.put("height", ChartOptions.heightPixels(figure.chart()));
            shown.put("option", insideScript(Json.line(option)));
        });
        return shown;
    }

    /// Numbers stand to the right, words to the left, and sentences take the room they need.
    private static String style(CsvTable table, int column) {
        List<String> cells = table.rows().stream().map(row -> row.get(column)).toList();
        if (cells.stream().anyMatch(cell -> cell.length() > SENTENCE_CHARACTERS)) {
            return "sentence";
        }
        return cells.stream().allMatch(cell -> cell.matches("([-+]?\\d.*)?")) ? "number" : "word";
    }

    private static List<Map<String, String>> cells(List<String> texts, List<String> styles) {
        return IntStream.range(0, texts.size())
                .mapToObj(i -> Map.of("text", texts.get(i), "style", styles.get(i)))
                .toList();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// No text within may end the script element it stands in.
    private static String insideScript(String json) {
        return json.replace("<", "\\u003c");
    }

    private static String resource(String name) {
        try (InputStream stream = HtmlReport.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("the program was built without " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
