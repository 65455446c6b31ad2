package h2eal.heads;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The head file of DuoAttention and LServe (`full_attention_heads.tsv`): no header, one line per layer, one gate per
/// KV head, separated by tabs, in scientific notation of 18 decimals. Gates are kept as they are, not clipped.
public final class GateText {

    /// As NumPy's `savetxt` writes: 19 significant digits, ties to even.
    private static final MathContext DIGITS = new MathContext(19, RoundingMode.HALF_EVEN);

    private GateText() {}

    private static final String COMMENT = "#";
    private static final Pattern SHARE = Pattern.compile("# streaming share ([0-9.]+)");

    /// Reads a table of gates. Lines that start with `#` are notes, as NumPy's `loadtxt` has it.
    ///
    /// @throws HeadTextException naming line, column and value, if a line is not a row of numbers
    public static HeadTable parse(List<String> text) {
        int notes = 0;
        while (notes < text.size() && text.get(notes).startsWith(COMMENT)) {
            notes++;
        }
        return parse(text.subList(notes, text.size()), notes);
    }

    /// The share of streaming heads that a note of the file advises, `# streaming share 0.25`; empty if none does.
    public static OptionalDouble streamingShare(List<String> lines) {
        return lines.stream()
                .map(SHARE::matcher)
                .filter(Matcher::matches)
                .mapToDouble(matcher -> Double.parseDouble(matcher.group(1)))
                .findFirst();
    }

    /// A note that advises a share of streaming heads.
    public static String shareNote(double share) {
        return "# streaming share " + share;
    }

    private static HeadTable parse(List<String> lines, int notes) {
        int rows = lines.size();
        while (rows > 0 && lines.get(rows - 1).isBlank()) {
            rows--;
        }
        if (rows == 0) {
            throw new HeadTextException("line " + (notes + 1) + ": no gates; expected one line of numbers per layer");
        }
        double[][] gates = new double[rows][];
        for (int row = 0; row < rows; row++) {
            String[] cells = lines.get(row).strip().split("\t", -1);
            if (row > 0 && cells.length != gates[0].length) {
                throw HeadTextException.at(
                        notes + row + 1,
                        Math.min(cells.length, gates[0].length) + 1,
                        "%d gates, line %d has %d".formatted(cells.length, notes + 1, gates[0].length));
            }
            gates[row] = new double[cells.length];
            for (int column = 0; column < cells.length; column++) {
                gates[row][column] = number(cells[column], notes + row + 1, column + 1);
            }
        }
        return HeadTable.of(gates);
    }

    /// Writes a table so that [#parse] and DuoAttention read it back.
    public static List<String> format(HeadTable gates) {
        List<String> lines = new ArrayList<>(gates.layers());
        for (int layer = 0; layer < gates.layers(); layer++) {
            StringBuilder line = new StringBuilder();
            for (int head = 0; head < gates.heads(); head++) {
                line.append(head == 0 ? "" : "\t").append(scientific(gates.value(layer, head)));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    /// A finite number of a cell.
    static double number(String cell, int line, int column) {
        double number;
        try {
            number = Double.parseDouble(cell.strip());
        } catch (NumberFormatException e) {
            throw HeadTextException.at(line, column, "'%s' is not a number".formatted(cell));
        }
        if (!Double.isFinite(number)) {
            throw HeadTextException.at(line, column, "'%s' is not finite".formatted(cell));
        }
        return number;
    }

    /// The binary number's exact decimal digits: formatting the shortest ones would pad with zeros instead.
    private static String scientific(double value) {
        if (value == 0) {
            return "0.000000000000000000e+00";
        }
        BigDecimal rounded = new BigDecimal(value).round(DIGITS);
        int exponent = rounded.precision() - rounded.scale() - 1;
        String digits = rounded.unscaledValue().abs().toString();
        digits += "0".repeat(DIGITS.getPrecision() - digits.length());
        return "%s%s.%se%s%02d"
                .formatted(
                        value < 0 ? "-" : "",
                        digits.substring(0, 1),
                        digits.substring(1),
                        exponent < 0 ? "-" : "+",
                        Math.abs(exponent));
    }
}
