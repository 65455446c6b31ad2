package h2eal.lab.report;

import h2eal.lab.report.Report.Figure;
import h2eal.lab.report.Report.Section;
import h2eal.lab.result.CsvTable;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/// A report as Markdown: every text, and the tables that are short enough to read.
public final class MarkdownReport {

    private static final int MOST_ROWS = 24;

    private MarkdownReport() {}

    /// The whole file.
    public static String text(Report report) {
        StringBuilder text = new StringBuilder("# %s\n\n%s\n".formatted(report.title(), report.lead()));
        for (Section section : report.sections()) {
            text.append("\n## %s\n\n%s\n".formatted(section.title(), section.text()));
            section.figures().forEach(figure -> text.append(figure(figure)));
        }
        return text.toString();
    }

    private static String figure(Figure figure) {
        CsvTable table = figure.chart().table();
        String shown = table.rows().size() <= MOST_ROWS
                ? table(table)
                : "(%d rows, in the HTML report)\n".formatted(table.rows().size());
        return "\n### %s\n\n%s\n\n%s".formatted(figure.title(), figure.caption(), shown);
    }

    private static String table(CsvTable table) {
        List<String> rule = Collections.nCopies(table.header().size(), "---");
        return line(table.header())
                + line(rule)
                + table.rows().stream().map(MarkdownReport::line).collect(Collectors.joining());
    }

    private static String line(List<String> cells) {
        return cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
