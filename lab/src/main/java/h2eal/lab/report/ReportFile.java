package h2eal.lab.report;

import h2eal.lab.result.JsonFile;
import h2eal.lab.result.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A report on disk: the HTML file, and its Markdown twin beside it.
///
/// @param html where the HTML goes
public record ReportFile(Path html) {

    /// Makes the folder and refuses a place that cannot be written, so that a long run does not end in that error.
    public void prepare() throws IOException {
        Path folder = html.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        JsonFile.requireWritable(html);
    }

    /// Writes both files.
    public void write(Report report) throws IOException {
        WholeFile.write(html, HtmlReport.text(report));
        WholeFile.write(markdown(), MarkdownReport.text(report));
    }

    /// The twin: the same name with `.md` in place of `.html`.
    public Path markdown() {
        String name = html.getFileName().toString();
        return html.resolveSibling(name.replaceFirst("\\.html?$", "") + ".md");
    }
}
