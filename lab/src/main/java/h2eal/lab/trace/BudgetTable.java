package h2eal.lab.trace;

import h2eal.lab.yaml.Place;
import h2eal.lab.yaml.SpecException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// STARC's table of budgets: tokens of keys and values that every head attends, decode step by decode step. Which
/// tokens they are it does not say.
///
/// As text one whole number per line, lines that begin with `#` are notes; as `.csv` the first column, below a header.
///
/// @param tokens one number per step
public record BudgetTable(List<Integer> tokens) {

    public BudgetTable {
        tokens = List.copyOf(tokens);
    }

    /// Reads a table.
    ///
    /// @throws SpecException naming file and line of a number that is none
    public static BudgetTable read(Path file) {
        List<String> lines = TraceInput.lines(file);
        boolean header = file.toString().endsWith(".csv");
        List<Integer> tokens = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String cell = firstCell(lines.get(i));
            if (cell.isEmpty() || cell.startsWith("#")) {
                continue;
            }
            if (header) {
                header = false;
                continue;
            }
            tokens.add(budget(new Place(file.toString(), i + 1), cell));
        }
        if (tokens.isEmpty()) {
            throw new SpecException(file + ": holds no decode steps");
        }
        return new BudgetTable(tokens);
    }

    static String firstCell(String line) {
        int comma = line.indexOf(',');
        return (comma < 0 ? line : line.substring(0, comma)).strip();
    }

    /// Tables saved from a spreadsheet write 1024 as 1024.0.
    private static int budget(Place place, String cell) {
        try {
            int tokens = Integer.parseInt(cell.replaceFirst("[.]0*$", ""));
            if (tokens >= 1) {
                return tokens;
            }
        } catch (NumberFormatException notWhole) {
            // reported below, like a number that is too small
        }
        throw new SpecException(place, "\"%s\": expected a number of tokens of at least 1".formatted(cell));
    }
}
