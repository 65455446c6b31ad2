package h2eal.heads;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;

/// The score file of query heads: a header line, then one line per query head, separated by tabs. Three columns count,
/// found by name: `layer`, `q_head` and `mean`; others are passed over.
public final class ScoreText {

    private static final List<String> COLUMNS = List.of("layer", "q_head", "mean");
    private static final int MOST_HEADS = 1 << 16;

    private ScoreText() {}

    /// Reads a table of mean scores by layer and query head.
    ///
    /// @throws HeadTextException naming line, column and value, if a cell is not a number, or a head is missing or
    /// given
    ///     twice
    public static HeadTable parse(List<String> lines) {
        int[] columns = columns(lines);
        int layers = 0;
        int heads = 0;
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                String[] cells = cells(lines, i, columns);
                layers = Math.max(layers, 1 + index(cells[columns[0]], i + 1, columns[0] + 1));
                heads = Math.max(heads, 1 + index(cells[columns[1]], i + 1, columns[1] + 1));
            }
        }
        double[][] scores = new double[layers][heads];
        Arrays.stream(scores).forEach(row -> Arrays.fill(row, Double.NaN));
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                String[] cells = cells(lines, i, columns);
                int layer = index(cells[columns[0]], i + 1, columns[0] + 1);
                int head = index(cells[columns[1]], i + 1, columns[1] + 1);
                if (!Double.isNaN(scores[layer][head])) {
                    throw HeadTextException.at(
                            i + 1, columns[1] + 1, "layer %d, q_head %d is given twice".formatted(layer, head));
                }
                scores[layer][head] = GateText.number(cells[columns[2]], i + 1, columns[2] + 1);
            }
        }
        requireComplete(scores, lines.size());
        return HeadTable.of(scores);
    }

    /// Writes tables of query heads side by side so that [#parse] reads the first one back.
    ///
    /// @param others names of the further columns, with their tables
    public static List<String> format(HeadTable mean, SequencedMap<String, HeadTable> others) {
        List<String> lines = new ArrayList<>();
        lines.add(String.join("\t", COLUMNS) + "\t" + String.join("\t", others.keySet()));
        for (int layer = 0; layer < mean.layers(); layer++) {
            for (int head = 0; head < mean.heads(); head++) {
                StringBuilder line = new StringBuilder()
                        .append(layer)
                        .append('\t')
                        .append(head)
                        .append('\t')
                        .append(mean.value(layer, head));
                for (HeadTable other : others.values()) {
                    line.append('\t').append(other.value(layer, head));
                }
                lines.add(line.toString());
            }
        }
        return lines;
    }

    private static int[] columns(List<String> lines) {
        List<String> header =
                lines.isEmpty() ? List.of() : List.of(lines.getFirst().strip().split("\t", -1));
        int[] columns = new int[COLUMNS.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = header.indexOf(COLUMNS.get(i));
            if (columns[i] < 0) {
                throw new HeadTextException("line 1: no column '%s' in the header".formatted(COLUMNS.get(i)));
            }
        }
        return columns;
    }

    private static String[] cells(List<String> lines, int row, int[] columns) {
        String[] cells = lines.get(row).split("\t", -1);
        int needed = 1 + Arrays.stream(columns).max().orElseThrow();
        if (cells.length < needed) {
            throw HeadTextException.at(row + 1, cells.length + 1, "missing; the header has %d".formatted(needed));
        }
        return cells;
    }

    private static int index(String cell, int line, int column) {
        double number = GateText.number(cell, line, column);
        if (number != Math.rint(number) || number < 0 || number >= MOST_HEADS) {
            throw HeadTextException.at(
                    line, column, "'%s' is not an index from 0 to %d".formatted(cell, MOST_HEADS - 1));
        }
        return (int) number;
    }

    private static void requireComplete(double[][] scores, int lines) {
        if (scores.length == 0) {
            throw new HeadTextException("line 2: no scores; expected one line per query head");
        }
        for (int layer = 0; layer < scores.length; layer++) {
            for (int head = 0; head < scores[layer].length; head++) {
                if (Double.isNaN(scores[layer][head])) {
                    throw new HeadTextException(
                            "line %d: layer %d, q_head %d is missing".formatted(lines, layer, head));
                }
            }
        }
    }
}
