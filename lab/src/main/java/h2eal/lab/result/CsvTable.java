package h2eal.lab.result;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A table as comma-separated values (RFC 4180, without line breaks inside cells). Lines that start with `#` are notes
/// and are passed over when read.
///
/// @param header names of the columns
/// @param rows as many cells each as the header
public record CsvTable(List<String> header, List<List<String>> rows) {

    public CsvTable {
        header = List.copyOf(header);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != header.size()) {
                throw new IllegalArgumentException(
                        "%d cells under %d columns: %s".formatted(row.size(), header.size(), row));
            }
        }
    }

    /// The table written in `lines`.
    ///
    /// @throws IllegalArgumentException naming the line, if a row does not fit the header
    public static CsvTable parse(List<String> lines) {
        List<String> header = null;
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> cells = cells(line);
            if (header == null) {
                header = cells;
            } else if (cells.size() == header.size()) {
                rows.add(cells);
            } else {
                throw new IllegalArgumentException(
                        "line %d: %d cells, the header has %d".formatted(i + 1, cells.size(), header.size()));
            }
        }
        if (header == null) {
            throw new IllegalArgumentException("line 1: no header");
        }
        return new CsvTable(header, rows);
    }

    /// The cells of one line.
    public static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                cell.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }

    /// The table as text, one line per row.
    public String text() {
        StringBuilder text = new StringBuilder(line(header));
        rows.forEach(row -> text.append(line(row)));
        return text.toString();
    }

    private static String line(List<String> cells) {
        return cells.stream().map(CsvTable::quoted).collect(Collectors.joining(",", "", "\n"));
    }

    private static String quoted(String cell) {
        return cell.matches("[^,\"\r\n#]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
