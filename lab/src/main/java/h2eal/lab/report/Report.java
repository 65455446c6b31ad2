package h2eal.lab.report;

import java.util.List;

/// A report: what was run, what came out, drawn. Written by [HtmlReport] and [MarkdownReport].
///
/// @param title one line
/// @param lead what was run, in a sentence or two
/// @param sections in reading order
public record Report(String title, String lead, List<Section> sections) {

    public Report {
        sections = List.copyOf(sections);
    }

    /// A heading, a paragraph, and figures.
    public record Section(String title, String text, List<Figure> figures) {
        public Section {
            figures = List.copyOf(figures);
        }
    }

    /// A chart or table with its caption.
    ///
    /// @param id unique in the report, lower-case words joined by `-`; the name of the CSV file
    /// @param caption what to see in it, units, and what it was measured on
    public record Figure(String id, String title, String caption, Chart chart) {
        public Figure {
            if (!id.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
                throw new IllegalArgumentException("a figure's id is lower-case words joined by '-': " + id);
            }
        }
    }
}
