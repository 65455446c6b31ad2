package h2eal.cli.console;

import java.io.PrintWriter;
import java.util.OptionalInt;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// Where a command writes: results to `out`, everything else to `err`.
///
/// @param columns width of the terminal behind `err`; empty when there is none, and nothing is redrawn then
public record Console(PrintWriter out, PrintWriter err, OptionalInt columns) {

    /// The streams of a command. The launcher knows the terminal and passes its width as `h2eal.columns`.
    public static Console of(CommandSpec command) {
        CommandLine line = command.commandLine();
        return new Console(line.getOut(), line.getErr(), terminalColumns());
    }

    /// The width the launcher measured.
    public static OptionalInt terminalColumns() {
        Integer columns = Integer.getInteger("h2eal.columns");
        return columns == null ? OptionalInt.empty() : OptionalInt.of(columns);
    }

    /// Prints a line of a result.
    public void print(String line) {
        out.println(line);
        out.flush();
    }

    /// Prints a line beside the results.
    public void note(String line) {
        err.println(line);
        err.flush();
    }
}
