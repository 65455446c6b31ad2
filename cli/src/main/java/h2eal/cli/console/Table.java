package h2eal.cli.console;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A plain text table: first column to the left, all others to the right.
///
/// @param header names of the columns
/// @param rows as many cells each as the header
public record Table(List<String> header, List<List<String>> rows) {

    public Table {
        header = List.copyOf(header);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != header.size()) {
                throw new IllegalArgumentException(
                        "%d cells under %d columns: %s".formatted(row.size(), header.size(), row));
            }
        }
    }

    /// The table as lines, columns two blanks apart, a rule under the header.
    public String text() {
        int[] widths = IntStream.range(0, header.size())
                .map(column -> Stream.concat(Stream.of(header), rows.stream())
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        String rule = IntStream.of(widths).mapToObj("-"::repeat).collect(Collectors.joining("  "));
        return Stream.concat(
                        Stream.of(line(header, widths), rule), rows.stream().map(row -> line(row, widths)))
                .collect(Collectors.joining("\n"));
    }

    private static String line(List<String> cells, int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(column -> {
                    String blanks =
                            " ".repeat(widths[column] - cells.get(column).length());
                    return column == 0 ? cells.get(column) + blanks : blanks + cells.get(column);
                })
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }
}
